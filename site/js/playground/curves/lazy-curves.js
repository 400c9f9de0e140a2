// The curves' charts, whose code is fetched when they are asked for.

import { $ } from "../../shared/dom.js";
import { within } from "../../shared/reload.js";

export function lazyCurves() {
  /** @type {any} */
  let curves = null;
  return {
    /** The charts, or null until then. */
    get there() { return curves; },
    async load() {
      const { createCurves } = await within(import("./curves.js"));
      curves = await within(createCurves({ loss: $("loss-chart"), accuracy: $("accuracy-chart") }));
    },
  };
}
