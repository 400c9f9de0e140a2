// The walk back through a drawn graph: buttons that go node by node, and beside them what arrives
// there: the gradients of those that use it, each times its local gradient, and their sum.

import { button, make, setText, shown } from "../../shared/dom.js";

const told = (value) => shown(value).replace("-", "−");

/** `onStep(id)` hears which node the walk has come to. */
export function createSteps({ view, onStep }) {
  let pass = [], at = -1, whole = true; // not begun: all gradients are shown
  const back = button("Back", () => go(at - 1), { id: "walk-back", title: "The node before" });
  const forward = button("Forward", () => go(at + 1), { id: "walk-forward", title: "The next node of the backward pass" });
  const end = button("Show all", () => go(-1), { id: "walk-end", hidden: true });
  const count = make("span", { class: "num quiet", id: "walk-count" });
  const now = make("div", { id: "walk-now", "aria-live": "polite", hidden: true });
  const element = make("section", { class: "walk", "aria-label": "The backward pass, node by node" },
    make("div", { class: "row" }, make("b", {}, "Backward pass"), back, forward, end, count), now);

  function arrivalsTable({ name, node, arrivals }) {
    const cells = (one) => [told(one.grad), `× ${told(one.local)}`, `= ${told(one.share)}`].map((text) => make("td", { class: "num" }, text));
    const rows = arrivals.map((one) => make("tr", {}, make("th", { scope: "row" }, one.name), ...cells(one)));
    if (rows.length > 1) rows.push(make("tr", { class: "sum" }, make("th", { scope: "row" }, "sum"), make("td", {}), make("td", {}), make("td", { class: "num" }, `= ${told(node.grad)}`)));
    const head = ["from", "its gradient", "× local gradient", `= for ${name}`].map((text) => make("th", { scope: "col" }, text));
    return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "What arrives" },
      make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
  }
  function describe(step) {
    const { name, node, arrivals } = step;
    const sentence = arrivals.length === 1 ? "what uses it hands on its own gradient times the local gradient."
      : arrivals.length ? `it is used ${arrivals.length} times, so ${arrivals.length} shares are added.`
      : at === 0 && whole ? "the gradient of the end with respect to itself is 1." : "this arrives from the rest of the graph.";
    now.replaceChildren(make("p", {}, make("b", {}, name), ` gradient ${told(node.grad)}: ${sentence}`), ...(arrivals.length ? [arrivalsTable(step)] : []));
  }
  function go(to) {
    at = Math.max(-1, Math.min(pass.length - 1, to));
    const step = pass[at];
    now.hidden = end.hidden = !step;
    back.disabled = !step;
    forward.disabled = at === pass.length - 1;
    setText(count, step ? `node ${at + 1} of ${pass.length}` : `${pass.length} nodes`);
    if (step) describe(step);
    else now.replaceChildren();
    mark();
    if (!step) return;
    onStep(step.node.id);
    view.reveal([step.id]);
  }
  function mark() {
    const step = pass[at];
    const unknown = new Set(step ? pass.slice(at + 1).map(({ id }) => id) : []);
    view.mark(step ? step.id : null, unknown, new Set(step?.arrivals.map(({ id }) => `${step.id}>${id}`)));
  }
  return {
    element,
    /** Another picture was drawn; a walk under way goes on where it was, if that is still there. */
    take(next, { ofWhole, anew }) {
      const here = pass[at]?.id;
      pass = next;
      whole = ofWhole;
      element.hidden = pass.length < 2;
      go(anew || here === undefined ? -1 : pass.findIndex(({ id }) => id === here));
    },
    /** A box was chosen: a walk under way goes there. */
    visit(id) {
      const to = pass.findIndex((step) => step.id === id);
      if (at >= 0 && to >= 0 && to !== at) go(to);
    },
  };
}
