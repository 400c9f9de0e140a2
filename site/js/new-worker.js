// Starts a worker, also in a sandboxed frame: that has no origin of its own, and may only start
// workers that it wrote itself. One that imports the script (its server has to allow that) will do.

export function newWorker(address) {
  const { href } = new URL(address, location.href);
  if (self.origin !== "null") return new Worker(href, { type: "module" });
  // What arrives before the imported script listens is kept for it.
  const text = `const kept = []; const keep = (event) => kept.push(event); self.addEventListener("message", keep);
      import(${JSON.stringify(href)}).then(() => { self.removeEventListener("message", keep); for (const { data, ports } of kept) self.dispatchEvent(new MessageEvent("message", { data, ports })); },
        (error) => setTimeout(() => { throw error; }));`;
  return new Worker(`data:text/javascript,${encodeURIComponent(text)}`, { type: "module" });
}
