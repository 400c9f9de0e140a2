// The left rail: presets, data, network, training. It shows a state and asks for changes; what a
// change may be is the state table's business.

import { button, make, setText, svg } from "../../shared/dom.js";
import { layersEditor } from "./layers-editor.js";
import { ownPoints } from "./own-points.js";
import { NAMES } from "../../shared/config.js";
import { PRESETS } from "../state/presets.js";
import { schedulePicture } from "./schedule.js";
import { seedRow, slider, wayBack } from "./sliders.js";
import { FIELDS, configOf, defaults, exampleCount, merge, same } from "../state/state.js";
import { radioButtons } from "./radio-buttons.js";

/** Thumbnails of data sets: dots of class -1 and 1. One that has none is its name alone. */
const THUMBS = {
  moons: [(t) => [9 + 6 * Math.cos(t * 3.1), 12 - 7 * Math.sin(t * 3.1)], (t) => [18 + 6 * Math.cos(3.14 + t * 3.1), 11 + 7 * Math.sin(t * 3.1)]],
  spiral: [0, Math.PI].map((turn) => (t) => [14 + 11 * t * Math.cos(7 * t + turn), 12 + 10 * t * Math.sin(7 * t + turn)]),
  blobs: [(t, k) => [8 + 3 * Math.cos(k * 2.4) * t, 12 + 6 * Math.sin(k * 2.4) * t], (t, k) => [20 + 3 * Math.cos(k * 2.4) * t, 12 + 6 * Math.sin(k * 2.4) * t]],
  circles: [(t) => [14 + 11 * Math.cos(t * 6), 12 + 10 * Math.sin(t * 6)], (t) => [14 + 4.5 * Math.cos(t * 6), 12 + 4.5 * Math.sin(t * 6)]],
  xor: [(t, k) => [k % 2 ? 7 + 5 * t : 17 + 5 * t, k % 2 ? 4 + (k * 3) % 6 : 15 + (k * 3) % 6], (t, k) => [k % 2 ? 17 + 5 * t : 7 + 5 * t, k % 2 ? 4 + (k * 3) % 6 : 15 + (k * 3) % 6]],
};

function thumbnail(name) {
  const picture = svg("svg", { viewBox: "0 0 28 24", "aria-hidden": "true" });
  if (name === "own") {
    picture.append(svg("path", { d: "M14 5v14M7 12h14", stroke: "currentColor", "stroke-width": 2 }));
    return picture;
  }
  THUMBS[name]?.forEach((at, side) => {
    // A line of no length with a round end is a dot: one element for all of a class.
    const dots = Array.from({ length: 9 }, (_, k) => `M${at(k / 8, k).map((one) => one.toFixed(1))}h0`);
    picture.append(svg("path", { d: dots.join(""), style: `stroke:var(${side ? "--plus" : "--minus"});stroke-width:3;stroke-linecap:round` }));
  });
  return picture;
}

/** A choice that may grow long, with its way back. */
function menuRow({ id, label, name = label, options, usual, read, pick, reset = () => pick(usual) }) {
  const word = (value) => value.replaceAll("_", "-");
  const menu = make("select", { id, "aria-label": name, "data-choice": id }, ...options.map((value) => make("option", { value }, word(value))));
  menu.addEventListener("change", () => pick(menu.value));
  const row = make("div", { class: "field" }, make("label", { for: id }, label), menu, wayBack(label, word(usual), reset));
  row.show = (state) => {
    menu.value = read(state);
    row.classList.toggle("changed", menu.value !== usual);
  };
  return row;
}

export function createControls(rail, { plane, change, replace, getState, currentPoints }) {
  const rows = [];
  const add = (...made) => { rows.push(...made); return made; };
  const part = (name, element) => { element.dataset.part = name; return element; };
  const number = (name, more = {}) => {
    const field = FIELDS.get(name);
    return part(name, slider({ name, label: field.label, type: field.type, usual: field.usual, read: (state) => state[name], write: (value) => ({ [name]: value }), change, ...more }));
  };
  /** A choice among words, with its way back. */
  const chosen = (name, className, options) => {
    const { label, usual } = FIELDS.get(name);
    // Another data set is another story: it is shown from its end, wherever the cursor was left.
    const pick = (partial) => change(name === "dataset" ? { ...partial, step: null } : partial, true);
    const choice = radioButtons({ name, label, className, options, read: (state) => state[name], pick: (value) => pick({ [name]: value }) });
    const told = options.find(({ value }) => value === usual).text;
    const row = part(name, make("div", {}, choice, wayBack(label, told, () => pick({ [name]: usual }))));
    row.show = (state) => { choice.show(state); row.classList.toggle("changed", state[name] !== usual); };
    return row;
  };
  const seed = (name) => part(name, seedRow({ name, label: FIELDS.get(name).label, field: FIELDS.get(name), change }));

  // Presets
  const menu = make("select", { id: "preset", "aria-label": "Preset" }, make("option", { value: "" }, "Your own settings"),
    ...PRESETS.map((preset, k) => make("option", { value: String(k) }, preset.name)));
  const about = make("p", { class: "hint", id: "preset-about" });
  const restore = button("↺ Defaults", () => choosePreset(0), { class: "mini defaults", "aria-label": "All settings back to their defaults", title: "All settings back to their defaults" });
  function choosePreset(index) {
    const state = getState();
    const view = Object.fromEntries(Object.entries(state).filter(([name]) => !NAMES.includes(name)));
    replace({ ...defaults(), ...view, step: null, ...PRESETS[index].set });
  }
  menu.addEventListener("change", () => menu.value !== "" && choosePreset(Number(menu.value)));
  const wanted = PRESETS.map((preset) => configOf(merge(defaults(), preset.set).state));
  const showPreset = (state) => {
    const config = configOf(state);
    const k = wanted.findIndex((preset) => same(config, preset));
    menu.value = k < 0 ? "" : String(k);
    setText(about, k < 0 ? "A run of your own; Defaults leads back to the first." : PRESETS[k].about);
  };

  // Data
  const sets = chosen("dataset", "choices", FIELDS.get("dataset").type.options.map((value) => ({ value, text: value, picture: thumbnail(value) })));
  const own = part("points", ownPoints({ plane, change, getState, currentPoints }));
  const made = make("div", {}, ...add(number("samples"), number("noise"), seed("dataSeed")));
  made.show = (state) => { made.hidden = state.dataset === "own"; };

  // Training
  const rate = FIELDS.get("learningRate");
  const takes = ({ learningRate: { kind } }, end) => rate.type.takes(kind, end);
  const schedule = (part) => (value) => ({ learningRate: { ...getState().learningRate, [part]: value } });
  const kindRow = menuRow({ id: "schedule", label: rate.label, name: "Learning rate schedule", options: rate.type.kinds, usual: rate.usual.kind, read: ({ learningRate: { kind } }) => kind, pick: (kind) => change(schedule("kind")(kind), true), reset: () => change({ learningRate: rate.usual }, true) });
  const rateSlider = (part, label) => slider({
    name: `rate-${part}`, label, type: { ...rate.type.rate, least: 0.001 }, usual: rate.usual[part], read: (state) => state.learningRate[part],
    write: (value) => (part === "start" && !takes(getState(), "end") ? { learningRate: { ...getState().learningRate, start: value, end: value } } : schedule(part)(value)), change,
  });
  const start = rateSlider("start", "Rate at the start"), end = rateSlider("end", "Rate at the end");
  const picture = schedulePicture();
  const rates = part("learningRate", make("div", {}, ...add(kindRow, picture, start, end)));
  const batch = number("batchSize", {
    type: { ...FIELDS.get("batchSize").type.kind }, read: (state) => state.batchSize ?? exampleCount(state),
    write: (value) => ({ batchSize: value >= exampleCount(getState()) ? null : value }), usual: "all", limit: exampleCount,
  });
  const showBatch = batch.show;
  batch.show = (state) => { showBatch(state); batch.classList.toggle("changed", state.batchSize !== null); };
  batch.querySelector(".back").addEventListener("click", (event) => { event.stopImmediatePropagation(); change({ batchSize: null }, true); }, true);
  const batchSeed = seed("seed");
  const { label, usual, type: { options } } = FIELDS.get("loss");
  const losses = part("loss", menuRow({ id: "loss", label, options, usual, read: (state) => state.loss, pick: (loss) => change({ loss }, true) }));
  const live = make("input", { type: "checkbox", id: "live" });
  live.addEventListener("change", () => change({ live: live.checked }, true));
  const liveRow = make("label", { class: "check", title: "Train the whole run anew while a control moves" }, live, "Retrain while a control moves");
  part("live", liveRow).show = (state) => { live.checked = state.live; };

  const layers = part("layers", layersEditor({ change, getState }));
  const section = (id, title, ...children) => make("section", { id, "data-part": id, "aria-label": title }, make("h2", {}, title), ...children);
  rail.addEventListener("submit", (event) => event.preventDefault());
  rail.replaceChildren(
    make("p", { class: "lead" }, "Move anything: the network retrains under your finger."),
    make("section", { id: "presets", "data-part": "presets", "aria-label": "Presets" }, make("div", { class: "presets" }, menu, restore), about),
    section("data", "Data", ...add(sets), made, ...add(own)),
    section("network-controls", "Network", ...add(layers, seed("modelSeed"))),
    section("training", "Training", ...add(number("steps")), rates, ...add(number("alpha"), batch, batchSeed),
      ...add(losses, liveRow)),
  );
  return {
    show(state) {
      showPreset(state);
      made.show(state);
      for (const row of rows) row.show(state);
      start.hidden = !takes(state, "start");
      end.hidden = !takes(state, "end");
      setText(start.querySelector("label"), takes(state, "end") ? "Rate at the start" : "Rate");
      batchSeed.hidden = state.batchSize === null;
    },
  };
}
