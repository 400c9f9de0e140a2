// The drawer: tabs that look inside the run. A tab asks the engine only while it is open.

import { $, make } from "../../shared/dom.js";

const NAMES = ["graph", "code", "kernel", "compare"];
const REST_MS = 250;
const BESIDE = matchMedia("(min-width: 1000px)"); // the drawer is beside the run, not below it

export function createDrawer(page) {
  let tabs = null, loading = null; // by name, once they are there
  let chosen = null; // what the graph's tab is to show next
  let open = "code", timer = 0, latestPaint = null, gone = new Set();

  const load = () => loading ??= import("../lazy.js").then(
    ({ createTabs }) => { tabs = createTabs(page); },
    (error) => { loading = null; throw error; }, // the next look tries again
  );

  const unseen = () => gone.has("drawer") || gone.has(open);

  async function refresh() {
    if (unseen()) return; // so nothing is asked
    const name = open, panel = $(`panel-${name}`), shown = latestPaint;
    try {
      if (!tabs) await load();
      chosen?.(tabs.get("graph"));
      chosen = null;
      if (name !== open) return; // another tab was chosen meanwhile, and asked for itself
      await tabs.get(name).show(shown);
    } catch (error) {
      if (error?.name !== "Superseded") panel.replaceChildren(make("p", { role: "status" }, `This could not be shown: ${error.message ?? error}`));
    }
    if (shown === latestPaint) panel.classList.remove("behind");
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
  /** Opened by the reader's hand: a graph that nobody has chosen yet is the usual one. */
  function choose(name, focus = false) {
    if (name === "graph") chosen ??= (graph) => graph.chooseUsual();
    select(name, focus);
  }
  /** Open a tab where the reader sees it: over the page where it would be far below, which stays where it is. */
  function bring(name, over = false) {
    if (gone.has(name)) return;
    choose(name);
    if (!over || BESIDE.matches) return drawer.scrollIntoView({ block: "nearest" });
    if (drawer.classList.contains("wide")) return;
    before = document.activeElement;
    widen(true);
    wide.focus({ preventScroll: true });
  }
  for (const name of NAMES) {
    $(`tab-${name}`).addEventListener("click", () => bring(name));
    $(`tab-${name}`).addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const there = NAMES.filter((one) => !gone.has(one));
      if (move) choose(there[(there.indexOf(name) + move + there.length) % there.length], true);
    });
  }
  const wide = $("widen"), drawer = $("drawer");
  let before = null; // had the focus when the drawer came over the page
  const widen = (on) => {
    drawer.classList.toggle("wide", on);
    wide.setAttribute("aria-pressed", String(on));
    tabs?.get(open).fit?.();
    if (!on) before?.focus({ preventScroll: true });
    if (!on) before = null;
  };
  wide.addEventListener("click", () => widen(!drawer.classList.contains("wide")));
  drawer.addEventListener("keydown", (event) => { if (event.key === "Escape" && drawer.classList.contains("wide")) widen(false); });
  return {
    /** A picture was painted, or with null there is none: once things rest, the open tab follows. */
    follow(painted) {
      // Until then, what it shows belongs to what was painted before.
      const ofStep = open === "graph" || open === "compare"; // code and kernel are the whole run's
      if (latestPaint && !unseen() && (latestPaint.result !== painted?.result || (ofStep && latestPaint.step !== painted.step))) $(`panel-${open}`).classList.add("behind");
      latestPaint = painted;
      clearTimeout(timer);
      timer = setTimeout(refresh, REST_MS);
    },
    /** Something arrived that the open tab shows. */
    update() { if (open === "graph") refresh(); },
    openExample(index) {
      if (index < 0) return;
      chosen = (graph) => graph.choose(index);
      bring("graph", true);
    },
    /** A neuron or weight of the diagram, for the example chosen last. */
    openNeuron(focus) {
      chosen = (graph) => graph.chooseNeuron(focus);
      bring("graph", true);
    },
    /** Parts that are left out of the page: no tab of theirs is open. */
    without(parts) {
      const before = unseen();
      gone = parts;
      const there = NAMES.filter((one) => !gone.has(one));
      if (gone.has(open) && there.length) select(there.includes("code") ? "code" : there[0]);
      if (unseen() === before) return;
      // What was not seen may be of an older picture.
      $(`panel-${open}`).classList.toggle("behind", before && latestPaint !== null);
      refresh();
    },
  };
}
