// From DOT to SVG: starts the worker that holds Graphviz when a graph is first asked for. A newer
// picture ends the one under way, for a layout cannot be interrupted otherwise.

import { newWorker } from "./new-worker.js";

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

export function layOut(dot) {
  if (waiting) {
    waiting.reject(Object.assign(new Error("a newer picture was asked for"), { name: "Superseded" }));
    worker?.terminate();
    worker = null;
  }
  if (!worker) start();
  return new Promise((resolve, reject) => {
    waiting = { number: ++number, resolve, reject };
    worker.postMessage({ number, dot });
  });
}
