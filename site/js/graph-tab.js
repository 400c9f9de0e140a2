// An example's scalar graph, or a typed expression's, with data and grad on every node: laid out by
// Graphviz, opened neuron by neuron, zoomed and panned, taken away as DOT or SVG.

import { button, download, make, setText, shown } from "./dom.js";
import { foldedDot, keyOf } from "./graph-dot.js";
import { layOut } from "./graph-layout.js";

const WARM_UP = "a = Value(-4.0)\nb = Value(2.0)\nc = a + b\nd = a * b + b**3\nc += c + 1\nc += 1 + c + (-a)\nd += d * 2 + (b + a).relu()\nd += 3 * d + (b - a).relu()\ne = c - d\nf = e**2\ng = f / 2.0\ng += 10.0 / f\ng";

export function createGraphTab(panel, { engine, picture, getResult }) {
  let example = null, found = null, open = new Set(), asked = "", view = null, picked = "";
  const title = make("p", { class: "hint", id: "graph-title", role: "status" }, "Click a point on the plane: its scalar graph opens here. Or draw an expression:");
  const readout = make("p", { class: "num", id: "graph-node", "aria-live": "polite" });
  const box = make("div", { class: "graph-view", tabindex: "0", role: "group", "aria-label": "The graph. Plus and minus zoom, arrows move, 0 fits." });
  const text = make("textarea", { id: "expression", rows: "3", spellcheck: "false", "aria-label": "Expression, in Python, of Values", style: "width:100%;font:12px var(--code)" });
  text.value = WARM_UP;
  const draw = button("Draw the expression", () => { example = null; ask({ expression: text.value }); }, { id: "draw-expression" });
  const number = make("input", { type: "text", inputmode: "numeric", style: "flex:none;width:56px;min-width:0", "aria-label": "Example number" });
  number.addEventListener("change", () => { const k = Number(number.value) - 1; if (Number.isInteger(k) && k >= 0) choose(k); refresh(); });
  const unfold = button("Open all neurons", () => { open = open.size ? new Set() : new Set(found.nodes.filter((n) => n.neuron).map((n) => keyOf(n.neuron))); lay(); }, { disabled: true });
  const saveDot = button("DOT", () => download("graph.dot", found.dot), { disabled: true, "aria-label": "Download the graph as DOT" });
  const saveSvg = button("SVG", () => download("graph.svg", box.querySelector("svg").outerHTML, "image/svg+xml"), { disabled: true, "aria-label": "Download the picture as SVG" });
  const list = make("select", { "aria-label": "Node of the graph", style: "max-width:150px" });
  list.addEventListener("change", () => pick(list.value));
  const form = make("details", {}, make("summary", { style: "cursor:pointer;min-height:24px" }, "Expression"), text, draw);
  form.open = true;
  panel.append(title, make("div", { class: "row" }, make("label", { class: "row" }, "Example ", number), unfold, saveDot, saveSvg, list), box, readout, form);

  async function ask(what) {
    const key = JSON.stringify(what);
    asked = key;
    setText(title, what.expression === undefined ? `Example ${what.example + 1}: asking the engine …` : "Drawing the expression …");
    const { result, parameters } = picture.painted ?? {};
    if (!result && what.expression === undefined) return;
    let answer;
    try {
      answer = await engine.graph({ config: result?.config, parameters: parameters?.slice(), ...what });
      if (answer.error) throw new Error(answer.error);
    } catch (error) {
      if (asked === key) setText(title, error.message ?? String(error));
      return;
    }
    if (asked !== key) return;
    found = answer;
    open = new Set();
    const head = what.expression === undefined ? `Example ${what.example + 1} at step ${picture.painted.step}: ` : "";
    setText(title, `${head}${found.nodes.length} nodes, ${found.edges.length} edges. ${what.expression === undefined ? "A blue box is a folded neuron; click it to open." : ""}`);
    if (what.expression === undefined) form.open = false;
    list.replaceChildren(new Option("Node …", ""), ...found.nodes.map((n) => new Option(`${n.id} ${n.name || n.label || n.op}`, n.id)));
    unfold.disabled = !found.nodes.some((n) => n.neuron);
    saveDot.disabled = false;
    await lay();
  }
  async function lay() {
    setText(unfold, open.size ? "Fold all neurons" : "Open all neurons");
    try {
      const markup = await layOut(foldedDot(found, open).dot);
      const drawn = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
      drawn.removeAttribute("width");
      drawn.removeAttribute("height");
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", `Graph of ${found.nodes.length} nodes`);
      box.replaceChildren(drawn);
      saveSvg.disabled = false;
      fit();
    } catch (error) {
      if (error.name !== "Superseded") setText(title, `The graph could not be laid out: ${error.message}`);
    }
  }
  function pick(id) {
    const node = found?.nodes.find((one) => one.id === id);
    picked = id;
    setText(readout, node ? `${node.name || node.label || node.id}${node.op ? ` (${node.op})` : ""}: data ${node.data}, grad ${node.grad}` : "");
    if (node) Object.assign(readout.dataset, { node: id, data: String(node.data), grad: String(node.grad) });
  }

  // Zoom and pan: the picture's viewBox.
  function fit() {
    const drawn = box.querySelector("svg");
    if (!drawn) return;
    const [, , width, height] = (drawn.dataset.whole ??= drawn.getAttribute("viewBox")).split(/[\s,]+/).map(Number);
    view = { x: 0, y: 0, width, height };
    look();
  }
  const look = () => box.querySelector("svg")?.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((v) => v.toFixed(2)).join(" "));
  function zoom(by, u = 0.5, v = 0.5) {
    if (!view) return;
    view = { x: view.x + view.width * u * (1 - by), y: view.y + view.height * v * (1 - by), width: view.width * by, height: view.height * by };
    look();
  }
  const pan = (dx, dy) => { if (view) { view.x += dx; view.y += dy; look(); } };
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const rect = box.getBoundingClientRect();
    zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), (event.clientX - rect.left) / rect.width, (event.clientY - rect.top) / rect.height);
  }, { passive: false });
  let drag = null;
  box.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, y: event.clientY, moved: 0, node: event.target.closest?.(".node") }; });
  box.addEventListener("pointermove", (event) => {
    if (!drag || !event.buttons || !view) return;
    const scale = Math.max(view.width / box.clientWidth, view.height / box.clientHeight);
    pan((drag.x - event.clientX) * scale, (drag.y - event.clientY) * scale);
    drag.moved += Math.abs(drag.x - event.clientX) + Math.abs(drag.y - event.clientY);
    [drag.x, drag.y] = [event.clientX, event.clientY];
  });
  box.addEventListener("pointerup", () => {
    const id = drag && drag.moved < 5 && drag.node?.id;
    drag = null;
    if (!id) return;
    if (found.nodes.some((node) => node.id === id)) { list.value = id; pick(id); } else { open.add(id); lay(); }
  });
  box.addEventListener("keydown", (event) => {
    const unit = (view?.width ?? 0) / 10;
    const act = new Map([["+", () => zoom(0.8)], ["=", () => zoom(0.8)], ["-", () => zoom(1.25)], ["0", fit],
      ["ArrowLeft", () => pan(-unit, 0)], ["ArrowRight", () => pan(unit, 0)], ["ArrowUp", () => pan(0, -unit)], ["ArrowDown", () => pan(0, unit)]]).get(event.key);
    if (act) { act(); event.preventDefault(); }
  });

  function choose(index) { example = index; number.value = String(index + 1); asked = ""; }
  let of = null;
  async function refresh() {
    const painted = picture.painted;
    if (example === null || !painted || !getResult()) return;
    const key = `${example} ${painted.result.fingerprint} ${painted.step}`;
    if (key === of && asked) return;
    of = key;
    await ask({ example });
  }
  return { choose, fit, show: refresh };
}
