// An example's scalar graph, or a typed expression's, with data and grad on every node: laid out by
// Graphviz, opened neuron by neuron, zoomed and panned, taken away as DOT or SVG. Of one neuron, its
// card of numbers and its own part of the graph. Through what is drawn one walks back, node by node.

import { button, download, make, setText } from "../../shared/dom.js";
import { foldedDot, keyOf, nameOf } from "./graph-dot.js";
import { layOut, stopLayout } from "./graph-layout.js";
import { createSteps } from "./graph-steps.js";
import { createGraphView } from "./graph-view.js";
import { backwardPass } from "./graph-walk.js";
import { neuronCard } from "./neuron-card.js";
import { placeOf } from "../network/network-draw.js";
import { steepest } from "../network/steepest.js";

const WARM_UP = "a = Value(-4.0)\nb = Value(2.0)\nc = a + b\nd = a * b + b**3\nc += c + 1\nc += 1 + c + (-a)\nd += d * 2 + (b + a).relu()\nd += 3 * d + (b - a).relu()\ne = c - d\nf = e**2\ng = f / 2.0\ng += 10.0 / f\ng";

const PATIENCE_MS = 400; // a layout that takes longer is told of, and can be stopped

const FINGER = matchMedia("(pointer: coarse)");
const inOrder = new Intl.Collator("en", { numeric: true }).compare;

export function createGraphTab(panel, { engine, picture, getResult, gradients, usualExample, goTo }) {
  // `shows` is what `found` is the graph of: {example, painted} or {expression}.
  let layouts = 0; // so far
  let example = null, found = null, shows = null, open = new Set(), opened = new Set(), asked = 0, picked = "", only = null;
  const press = () => (FINGER.matches ? "Tap" : "Click"), twice = () => (FINGER.matches ? " twice" : "");
  const title = make("p", { class: "hint", id: "graph-title", role: "status" }, `${press()} a point on the plane${twice()}: its scalar graph opens here. ${press()} a neuron${twice()}: its numbers. Or draw an expression:`);
  const elsewhere = button("", () => goTo(Number(elsewhere.dataset.step)), { class: "link", id: "graph-steepest", hidden: true });
  const card = make("div", { id: "graph-card" });
  const readout = make("p", { class: "num", id: "graph-node", "aria-live": "polite" });
  const box = make("div", { class: "graph-view", tabindex: "0", role: "group", "aria-label": "The graph. Plus and minus zoom, arrows move, 0 fits." });
  const frame = make("div", { class: "graph-frame" }, box);
  const view = createGraphView(box, { onNode: clicked });
  const steps = createSteps({ view, onStep: pick });
  steps.element.hidden = true;
  const text = make("textarea", { id: "expression", rows: "3", spellcheck: "false", "aria-label": "Expression, in Python, of Values", style: "width:100%;font:12px var(--code)" });
  text.value = WARM_UP;
  const draw = button("Draw the expression", () => { example = only = null; ask({ expression: text.value }); }, { id: "draw-expression" });
  const number = make("input", { type: "text", inputmode: "numeric", style: "flex:none;width:56px;min-width:0", "aria-label": "Example number" });
  number.addEventListener("change", () => {
    const k = Number(number.value) - 1, count = (picture.painted?.result.points.length ?? 0) / 3;
    if (Number.isInteger(k) && k >= 0 && k < count) choose(k, only);
    else setText(title, `There are examples 1 to ${count}; “${number.value.slice(0, 12)}” is none of them.`);
    refresh();
  });
  const whole = button("Whole graph", () => { only = null; showFound(); }, { id: "graph-whole", hidden: true });
  const unfold = button("Open all neurons", () => { open = open.size ? new Set() : new Set(found.nodes.filter((n) => n.neuron).map((n) => keyOf(n.neuron))); lay({ around: endOf() }); }, { disabled: true });
  const fold = button("Open its neuron", () => toggle(neuronOfPicked()), { id: "graph-fold", disabled: true });
  const saveDot = button("DOT", () => download("graph.dot", found.dot), { disabled: true, "aria-label": "Download the graph as DOT" });
  const saveSvg = button("SVG", () => download("graph.svg", view.markup(), "image/svg+xml"), { disabled: true, "aria-label": "Download the picture as SVG" });
  const list = make("select", { "aria-label": "Node of the graph", style: "max-width:150px" });
  list.addEventListener("change", () => pick(list.value));
  const doing = make("p", { class: "row hint", id: "graph-doing", hidden: true }, make("span", { role: "status" }), make("progress", { "aria-hidden": "true" }), button("Stop", () => stopLayout(), { id: "graph-stop" }));
  const form = make("details", {}, make("summary", { style: "cursor:pointer;min-height:24px" }, "Expression"), text, draw);
  form.open = true;
  const content = [title, elsewhere, make("div", { class: "row" }, make("label", { class: "row" }, "Example ", number), list, whole, unfold, fold), doing, card, frame, steps.element, readout, make("div", { class: "row" }, "Take it away:", saveDot, saveSvg), form];
  panel.append(...content);

  async function ask(what) {
    const mine = ++asked;
    setText(title, what.expression === undefined ? `Example ${what.example + 1}: asking the engine …` : "Drawing the expression …");
    const painted = picture.painted;
    if (!painted && what.expression === undefined) return;
    let answer;
    try {
      answer = await engine.graph({ config: painted?.result.config, parameters: painted?.parameters?.slice(), ...what });
      if (answer.error) throw new Error(answer.error);
    } catch (error) {
      if (asked === mine) failed(what, painted, error.message ?? String(error));
      return;
    }
    if (asked !== mine) return;
    const alike = what.expression === undefined && shows?.example === what.example;
    if (!alike) { open = new Set(); opened = new Set(); }
    found = answer;
    shows = { ...what, painted };
    if (what.expression === undefined) form.open = false;
    // What has a name first, and neuron 2 before neuron 10.
    const named = (n) => Boolean(n.name || n.label);
    const listed = [...found.nodes].sort((a, b) => named(b) - named(a) || inOrder(nameOf(a), nameOf(b)) || inOrder(a.id, b.id));
    list.replaceChildren(new Option("Node …", ""), ...listed.map((n) => new Option(`${n.id} ${nameOf(n)}`, n.id)));
    pick(alike && found.nodes.some((node) => node.id === picked) ? picked : "");
    unfold.disabled = !found.nodes.some((n) => n.neuron);
    saveDot.disabled = false;
    await showFound(alike);
  }
  /** No graph: what is drawn of another one goes. */
  function failed({ example: k, expression }, painted, message) {
    nothing(expression !== undefined ? message : `There is no graph of example ${k + 1} at step ${painted.step}: ${message}.`);
  }
  function nothing(why) {
    setText(title, why);
    found = shows = null;
    card.replaceChildren();
    elsewhere.hidden = steps.element.hidden = true;
    view.clear();
    list.replaceChildren();
    pick("");
    whole.hidden = true;
    for (const one of [unfold, saveDot, saveSvg]) one.disabled = true;
  }
  async function showFound(alike = false) {
    const ofExample = shows.expression === undefined;
    const sizes = shows.painted?.result.layerSizes;
    if (only && !(ofExample && only.layer < sizes.length && only.neuron < sizes[only.layer])) only = null;
    whole.hidden = !only;
    unfold.hidden = fold.hidden = Boolean(only);
    const head = ofExample ? `Example ${shows.example + 1} at step ${shows.painted.step}: ` : "";
    const told = ofExample && !only ? ` A blue box is a folded neuron: ${press().toLowerCase()} it to open it.` : "";
    const finished = ofExample && found.loss === 0;
    const flat = finished ? " Its margin is met: its loss is 0, and so is every gradient." : "";
    const step = finished ? steepest(shows.painted.result) : null;
    elsewhere.hidden = step === null || step === shows.painted.step;
    elsewhere.dataset.step = step;
    setText(elsewhere, `Go to step ${step}, where the gradients are largest`);
    setText(title, only ? `${head}one neuron of the graph.${flat}` : `${head}${found.nodes.length} nodes, ${found.edges.length} edges.${told}${flat}`);
    showCard();
    await lay({ around: endOf(), keep: alike, anew: !alike });
  }
  /** Where a graph is looked at first: where its backward pass begins. */
  const endOf = () => (only ? within(keyOf([only.layer - 1, only.neuron])).slice(-1) : [found.nodes.at(-1).id]);
  /** A neuron's own nodes, its output last. */
  const within = (key) => found.nodes.filter(({ neuron }) => neuron && keyOf(neuron) === key).map(({ id }) => id);
  function showCard() {
    if (!only) return card.replaceChildren();
    const { result } = shows.painted, { layerSizes: sizes, config } = result;
    const all = gradients.of(shows.painted);
    gradients.want(shows.painted);
    const at = card.querySelector(".scroll")?.scrollTop;
    card.replaceChildren(neuronCard(only, { found, sizes, activations: config.activations, total: (...place) => all?.[placeOf(sizes, ...place)] }));
    if (at) card.querySelector(".scroll").scrollTop = at;
    else card.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }
  /** Lay it out, and look around these boxes; with `keep` where one looked before, if it is as large. */
  async function lay({ around = [], keep = false, anew = false } = {}) {
    setText(unfold, open.size ? "Fold all neurons" : "Open all neurons");
    showFold();
    const key = only && keyOf([only.layer - 1, only.neuron]), of = found;
    const drawn = foldedDot(found, key ? new Set([key]) : open, key);
    const mine = ++layouts, unfolded = new Set(open), nodes = drawn.dot.split("->").length - 1;
    const told = setTimeout(() => {
      doing.hidden = false;
      setText(doing.firstChild, `Laying out a graph of ${nodes} edges …`);
    }, PATIENCE_MS);
    try {
      const svg = await layOut(drawn.dot);
      if (of === found) opened = unfolded;
      view.show(svg, key ? "Graph of one neuron" : `Graph of ${found.nodes.length} nodes`, { around, keep });
      if (of !== found) return;
      saveSvg.disabled = false;
      steps.take(backwardPass(found, drawn), { ofWhole: !key, anew });
    } catch (error) {
      if (error.name === "Stopped") stopped();
      else if (error.name !== "Superseded") setText(title, `The graph could not be laid out: ${error.message}`);
    } finally {
      clearTimeout(told);
      if (mine === layouts) doing.hidden = true;
    }
  }
  /** What was drawn before stays, and the buttons say so again. */
  function stopped() {
    open = new Set(opened);
    setText(unfold, open.size ? "Fold all neurons" : "Open all neurons");
    showFold();
    setText(title, "Stopped: the picture is the one from before. A neuron by itself is laid out at once.");
  }
  function pick(id) {
    const node = found?.nodes.find((one) => one.id === id);
    picked = id;
    list.value = id;
    setText(readout, node ? `${node.name || node.label || node.id}${node.op ? ` (${node.op})` : ""}: data ${node.data}, grad ${node.grad}` : "");
    if (node) Object.assign(readout.dataset, { node: id, data: String(node.data), grad: String(node.grad) });
    showFold();
  }
  const neuronOfPicked = () => { const node = found?.nodes.find((one) => one.id === picked); return node?.neuron ? keyOf(node.neuron) : null; };
  function showFold() {
    const key = neuronOfPicked();
    fold.disabled = !key;
    setText(fold, key && open.has(key) ? "Fold its neuron" : "Open its neuron");
  }
  function toggle(key) {
    if (!open.delete(key)) open.add(key);
    lay({ around: open.has(key) ? within(key) : [key] });
  }
  function clicked(id) {
    steps.visit(id);
    if (found.nodes.some((node) => node.id === id)) return pick(id);
    const [layer, neuron] = id.slice(1).split("_").map(Number);
    if (only) { only = { layer: layer + 1, neuron }; showFound(); } else toggle(id);
  }

  function choose(index, neuron = null) {
    example = index;
    only = neuron;
    number.value = String(index + 1);
    of = null;
  }
  let of = null;
  async function refresh() {
    const painted = picture.painted;
    if (title.parentElement !== panel) panel.replaceChildren(...content);
    if (example === null) return;
    if (!painted) { of = null; return nothing("There is no run yet, so there are no examples with numbers."); }
    if (!getResult()) return;
    example = Math.min(example, painted.result.points.length / 3 - 1);
    number.value = String(example + 1);
    if (of?.example === example && of.result === painted.result && of.step === painted.step) return shows?.painted && showCard();
    of = { example, result: painted.result, step: painted.step };
    await ask({ example });
  }
  return {
    choose, show: refresh, fit: view.again,
    /** One neuron of the diagram, for the example chosen last. */
    chooseNeuron(focus) { choose(example ?? usualExample(), focus); },
    /** Whoever opens the tab sees a graph: that of the example with the largest loss. */
    chooseUsual() { if (example === null && !found && picture.painted) choose(usualExample()); },
  };
}
