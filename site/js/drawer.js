// The drawer: tabs that look inside the run. A tab asks the engine only while it is open.

import { $, make } from "./dom.js";
import { createCodeTab } from "./code-tab.js";
import { createCompareTab } from "./compare-tab.js";
import { createGraphTab } from "./graph-tab.js";
import { createKernelTab } from "./kernel-tab.js";

const NAMES = ["graph", "code", "kernel", "compare"];
const REST_MS = 250;

export function createDrawer(page) {
  const tabs = new Map([
    ["graph", createGraphTab($("panel-graph"), page)],
    ["code", createCodeTab($("panel-code"), page)],
    ["kernel", createKernelTab($("panel-kernel"), page)],
    ["compare", createCompareTab($("panel-compare"), page)],
  ]);
  let open = "code", timer = 0, latestPaint = null;

  async function refresh() {
    const panel = $(`panel-${open}`);
    try {
      await tabs.get(open).show(latestPaint);
    } catch (error) {
      if (error?.name !== "Superseded") panel.replaceChildren(make("p", { role: "status" }, `This could not be shown: ${error.message ?? error}`));
    }
  }
  function select(name, focus = false) {
    open = name;
    for (const one of NAMES) {
      const tab = $(`tab-${one}`), on = one === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      $(`panel-${one}`).hidden = !on;
      if (on && focus) tab.focus();
    }
    refresh();
  }
  for (const name of NAMES) {
    $(`tab-${name}`).addEventListener("click", () => select(name));
    $(`tab-${name}`).addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (move) select(NAMES[(NAMES.indexOf(name) + move + NAMES.length) % NAMES.length], true);
    });
  }
  const wide = $("widen"), drawer = $("drawer");
  const widen = (on) => {
    drawer.classList.toggle("wide", on);
    wide.setAttribute("aria-pressed", String(on));
    tabs.get("graph").fit?.();
  };
  wide.addEventListener("click", () => widen(!drawer.classList.contains("wide")));
  drawer.addEventListener("keydown", (event) => { if (event.key === "Escape" && drawer.classList.contains("wide")) widen(false); });
  return {
    /** A picture was painted: once things rest, the open tab follows. */
    follow(painted) {
      latestPaint = painted;
      clearTimeout(timer);
      timer = setTimeout(refresh, REST_MS);
    },
    openExample(index) {
      if (index < 0) return;
      tabs.get("graph").choose(index);
      select("graph");
      if (innerWidth < 1100) drawer.scrollIntoView({ block: "nearest" });
    },
  };
}
