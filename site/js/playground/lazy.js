// What the page's first picture does not wait for: what takes the reader's hand, the drawer's tabs,
// the two dialogs, and what frames share Python with.

import { createCodeTab } from "./drawer/code-tab.js";
import { createCompareTab } from "./drawer/compare-tab.js";
import { createControls } from "./controls/controls.js";
import { createCurvesTip } from "./curves/curves-tip.js";
import { $ } from "../shared/dom.js";
import { createGraphTab } from "./drawer/graph-tab.js";
import { createKernelTab } from "./drawer/kernel-tab.js";
import { ownUndo } from "./controls/own-undo.js";
import { planeInput } from "./plane/plane-input.js";
import { planeView } from "./plane/plane-view.js";

export { createPython } from "../engine/shared-python.js";
export { keepForOffline } from "../shared/offline.js";
export { createSaving } from "./dialogs/save.js";
export { openShare } from "./dialogs/share.js";

const MAKERS = { graph: createGraphTab, code: createCodeTab, kernel: createKernelTab, compare: createCompareTab };

/** The drawer's tabs by name, each in its panel. */
export function createTabs(page) {
  return new Map(Object.entries(MAKERS).map(([name, create]) => [name, create($(`panel-${name}`), page)]));
}

/** The rail's controls, the plane's fingers and keys, and what the curves say under the pointer. */
export function createLazyControls(page) {
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
