// Graphviz in a worker of its own: a large graph takes seconds to lay out, and the page stays alive.

import { Graphviz } from "@hpcc-js/wasm-graphviz";

const loaded = Graphviz.load();
self.addEventListener("message", async ({ data: { number, dot } }) => {
  try {
    self.postMessage({ number, svg: (await loaded).dot(dot, "svg") });
  } catch (error) {
    self.postMessage({ number, error: String(error?.message ?? error) });
  }
});
