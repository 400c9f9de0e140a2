// Loading a page anew when a file of it did not come, or came wrong: the browser may have kept that.

const LONGEST_MS = 5000;

/** Ask for all that this page is made of once more, past what the browser keeps, then load it again. */
export async function reloadFresh() {
  const named = [...document.querySelectorAll("script[src], link[href]")].map((one) => one.src || one.href);
  const fetched = performance.getEntriesByType("resource").map(({ name }) => name);
  const parts = [...new Set([location.href.split("#")[0], ...named, ...fetched])].filter((one) => one.startsWith(location.origin));
  const ask = (address) => fetch(address, { cache: "reload", signal: AbortSignal.timeout(LONGEST_MS) }).then((answer) => answer.blob());
  await Promise.allSettled(parts.map(ask));
  location.reload();
}

const PATIENCE_S = 10;

/** The same promise, but rejected when it has not settled after a while, as on a network that hangs. */
export function within(promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`it has not come within ${PATIENCE_S} seconds`)), 1000 * PATIENCE_S); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The page's own script is there, and tells from now on what fails (watchdog.js waits for this). */
export const alive = () => { document.documentElement.dataset.alive = ""; };
