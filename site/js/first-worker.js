// Starts the worker while the page's own script is still on its way: when that has set up its parts,
// the worker is there and has the default run's kernels.

import { newWorker } from "./new-worker.js";

if (!("firstWorker" in window)) { // otherwise the page was faster, and has one
  const first = (window.firstWorker = { worker: newWorker(new URL(WORKER_FILE, import.meta.url)) });
  first.worker.addEventListener("message", ({ data }) => { first.trained ??= data.trained; });
  first.worker.addEventListener("error", (event) => {
    event.preventDefault();
    first.failed = event;
  });
}
