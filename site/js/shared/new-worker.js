// Starts workers whose script is no address of its own.

/** From a script of the site, also in a sandboxed frame: that has no origin of its own, and may only
 * start workers that it wrote itself. One that imports the script (its server has to allow that) will do. */
export function newWorker(address) {
  const { href } = new URL(address, location.href);
  if (self.origin !== "null") return new Worker(href, { type: "module" });
  // What arrives before the imported script listens is kept for it.
  const text = `const kept = []; const keep = (event) => kept.push(event); self.addEventListener("message", keep);
      import(${JSON.stringify(href)}).then(() => { self.removeEventListener("message", keep); for (const { data, ports } of kept) self.dispatchEvent(new MessageEvent("message", { data, ports })); },
        (error) => setTimeout(() => { throw error; }));`;
  return new Worker(`data:text/javascript,${encodeURIComponent(text)}`, { type: "module" });
}

/** From the address that `addressOf` gives: one of no origin, which has none of the site's storage and
 * is held to this page's policy. */
export const opaqueWorker = (address, name) => new Worker(address, { type: "module", name });

/** A script's text as an address that holds all of it. Errors in it name `source`. */
export function addressOf(text, source) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader(); // it does this beside the page's own work
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([text, `\n//# sourceURL=${source}\n`], { type: "text/javascript" }));
  });
}
