// A visit without a network finds what an earlier one fetched. The service worker keeps what passes
// through it (site/service-worker.js); what was fetched before that was there it is told of.

// By the name that JupyterLite gives it: under another, each would put itself in the other's place.
const WORKER = "service-worker.js?enableCache=false";

/**
 * Keep this page and what it fetches, from now on and until now. `root` is the site's address. In a
 * frame, or where there are no service workers, nothing is kept; nor where bytes are to be saved.
 */
export async function keepForOffline(root) {
  if (window.parent !== window) return; // in a sandbox, even to look for one is an error
  const { serviceWorker, connection } = navigator;
  if (!serviceWorker || connection?.saveData) return;
  const fetched = new Set([location.href.split("#")[0]]);
  const tell = (addresses) => {
    for (const one of addresses) fetched.add(one);
    serviceWorker.ready.then(({ active }) => active.postMessage({ keep: [...addresses] }));
  };
  new PerformanceObserver((list) => tell(list.getEntries().map(({ name }) => name))).observe({ type: "resource", buffered: true });
  tell(fetched);
  // A newer one keeps nothing yet.
  serviceWorker.addEventListener("controllerchange", () => tell(fetched));
  // Where it may not be, in a private window or by a policy, all is as it was without.
  await serviceWorker.register(new URL(WORKER, root)).catch(() => null);
}
