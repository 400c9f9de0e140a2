// What happens while the page's own script is still on its way. It gets its theme; what a link may
// need at once is asked for; and the worker is started: when the page has set up its parts, that is
// there and has the default run's kernels.

import { newWorker } from "../shared/new-worker.js";
import { applyTextSize } from "./text-size.js";
import { applyTheme } from "../shared/theme.js";

const here = document.currentScript.src; // it is no module, for those run after the first layout
applyTheme();
applyTextSize();
if (location.hash) document.getElementById("lazy").media = "all";
if (!("firstWorker" in window)) { // otherwise the page was faster, and has one
  const first = (window.firstWorker = { worker: newWorker(new URL(WORKER_FILE, here)) });
  first.worker.addEventListener("message", ({ data }) => { first.trained ??= data.trained; });
  first.worker.addEventListener("error", (event) => {
    event.preventDefault();
    first.failed = event;
  });
}
