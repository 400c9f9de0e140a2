// From DOT to SVG: starts the worker that holds Graphviz when a graph is first asked for. A newer
// picture ends the one under way, for a layout cannot be interrupted otherwise.

import { newWorker } from "../../shared/new-worker.js";

let worker = null, number = 0, waiting = null;

function start() {
  worker = newWorker(new URL("graph-layout-worker.js", import.meta.url));
  worker.addEventListener("message", ({ data }) => {
    if (data.number !== waiting?.number) return;
    const { resolve, reject } = waiting;
    waiting = null;
    if (data.error) reject(new Error(data.error));
    else resolve(data.svg);
  });
  worker.addEventListener("error", (event) => {
    waiting?.reject(new Error(event.message || "Graphviz did not load"));
    waiting = null;
    worker = null;
  });
}

function giveUp(name, message) {
  if (!waiting) return;
  waiting.reject(Object.assign(new Error(message), { name }));
  waiting = null;
  worker?.terminate();
  worker = null;
}

/** End the layout under way: whoever waits for it gets an error of the name Stopped. */
export const stopLayout = () => giveUp("Stopped", "stopped");

export function layOut(dot) {
  giveUp("Superseded", "a newer picture was asked for");
  if (!worker) start();
  return new Promise((resolve, reject) => {
    waiting = { number: ++number, resolve, reject };
    worker.postMessage({ number, dot });
  });
}
