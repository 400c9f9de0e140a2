// What of the page is fetched after its first picture: the drawer's tabs and the two dialogs.

import { createCodeTab } from "./code-tab.js";
import { createCompareTab } from "./compare-tab.js";
import { createGraphTab } from "./graph-tab.js";
import { createKernelTab } from "./kernel-tab.js";

export { createSaving } from "./saving.js";
export { openShare } from "./share.js";

const MAKERS = { graph: createGraphTab, code: createCodeTab, kernel: createKernelTab, compare: createCompareTab };

/** The drawer's tabs by name, each in its panel. */
export function createTabs(page) {
  return new Map(Object.entries(MAKERS).map(([name, create]) => [name, create(document.getElementById(`panel-${name}`), page)]));
}
