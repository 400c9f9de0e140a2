// A visit without a network finds what an earlier one fetched. The service worker keeps what passes
// through it (site/service-worker.js); what was fetched before that was there it is told of. What of
// this holds now is said at the foot of the page, and there all of the course can be kept.

import { showOffline } from "./offline-foot.js";

// By the name that JupyterLite gives it: under another, each would put itself in the other's place.
const WORKER = "service-worker.js?enableCache=false";

/** The service workers of a page of its own; null where there are none, or may be none. */
function workers() {
  if (window.parent !== window) return null; // in a sandbox, even to look for one is an error
  try { return navigator.serviceWorker ?? null; } catch { return null; }
}

/** What the service worker answers; null from none: JupyterLite lets go of the one that was there. */
async function ask(question) {
  const { active } = await workers().ready;
  if (!active) return null;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((done) => { port1.onmessage = ({ data }) => { done(data); port1.close(); }; });
  active.postMessage(question, [port2]);
  return answer;
}

/**
 * Keep this page and what it fetches, from now on and until now. `root` is the site's address. In a
 * frame, or where there are no service workers, nothing is kept; nor where bytes are to be saved.
 */
export async function keepForOffline(root) {
  const serviceWorker = workers();
  if (!serviceWorker || navigator.connection?.saveData) return;
  const page = location.href.split("#")[0];
  const fetched = new Set([page]);
  let here = false; // is this page kept?
  async function tell(addresses) {
    for (const one of addresses) fetched.add(one);
    const answer = await ask({ keep: [...addresses] }).catch(() => null);
    here ||= answer?.kept.includes(page) ?? false;
    if (here && answer?.missing.length === 0) showOffline(ask);
  }
  new PerformanceObserver((list) => tell(list.getEntries().map(({ name }) => name))).observe({ type: "resource", buffered: true });
  tell(fetched);
  // A newer one keeps nothing yet.
  serviceWorker.addEventListener("controllerchange", () => tell(fetched));
  // Where it may not be, in a private window or by a policy, all is as it was without.
  const registration = await serviceWorker.register(new URL(WORKER, root)).catch(() => null);
  if (!registration) return;
  const whenInstalled = ({ installing }) => installing?.addEventListener("statechange", () => letTakeOver(registration));
  registration.addEventListener("updatefound", () => whenInstalled(registration));
  whenInstalled(registration);
  letTakeOver(registration);
}

/** A new version's worker does not wait for the old one's pages to go. It asks for that while it is
 * installed, which Chromium forgets if the old one is at work just then: so it is made to ask again. */
async function letTakeOver(registration) {
  for (; registration.waiting; await new Promise((done) => { setTimeout(done, 1000); })) registration.waiting.postMessage({ takeOver: true });
}
