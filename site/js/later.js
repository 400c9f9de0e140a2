// What the page's first picture does not wait for: what takes the reader's hand, the drawer's tabs
// and the two dialogs.

import { createCodeTab } from "./code-tab.js";
import { createCompareTab } from "./compare-tab.js";
import { createControls } from "./controls.js";
import { createCurvesTip } from "./curves-tip.js";
import { $ } from "./dom.js";
import { createGraphTab } from "./graph-tab.js";
import { createKernelTab } from "./kernel-tab.js";
import { ownUndo } from "./own-undo.js";
import { planeInput } from "./plane-input.js";
import { planeView } from "./plane-view.js";

export { keepForOffline } from "./offline.js";
export { createSaving } from "./saving.js";
export { openShare } from "./share.js";

const MAKERS = { graph: createGraphTab, code: createCodeTab, kernel: createKernelTab, compare: createCompareTab };

/** The drawer's tabs by name, each in its panel. */
export function createTabs(page) {
  return new Map(Object.entries(MAKERS).map(([name, create]) => [name, create($(`panel-${name}`), page)]));
}

/** The rail's controls, the plane's fingers and keys, and what the curves say under the pointer. */
export function createHands(page) {
  const controls = createControls($("rail"), page);
  const view = planeView($("plane-canvas"), page);
  const onPlane = planeInput($("plane-canvas"), page);
  const undo = ownUndo($("plane-canvas"), page);
  const onCurves = createCurvesTip(page);
  return {
    show(state) { controls.show(state); view.show(state); onPlane.show(state); undo.show(state); },
    follow() { onPlane.follow(); onCurves.follow(); },
  };
}
