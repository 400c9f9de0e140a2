// Rows of the rail: a label, an editable number or seed, a slider, and a way back to the default.
// Bounds, steps and scales are the state table's.

import { button, make, textBox } from "../../shared/dom.js";
import { same } from "../state/state.js";

const TICKS = 400;
const LEAST = 1e-6;

/** Between a slider's position and the value: linear, or logarithmic with 0 at the left end. */
function scaleOf(type) {
  if (type.scale !== "log") {
    return { min: type.minimum, max: type.maximum, step: type.step, toPosition: (v) => v, toValue: (p) => p };
  }
  const low = Math.log10(type.least ?? LEAST), high = Math.log10(type.maximum);
  return {
    min: 0, max: TICKS, step: 1,
    toPosition: (v) => (v <= 0 ? 0 : Math.max(1, Math.round(1 + ((Math.log10(v) - low) / (high - low)) * (TICKS - 1)))),
    toValue: (p) => (p <= 0 ? 0 : Number((10 ** (low + ((p - 1) / (TICKS - 1)) * (high - low))).toPrecision(2))),
  };
}

/** The way back to a control's default; hidden while there is none to go. */
export const wayBack = (label, usual, act) => button("↺", act, { class: "back", "aria-label": `${label}: back to ${usual}`, title: `Back to ${usual}` });

let count = 0;

/**
 * A numeric row. `read(state)` gives the number, `write(number)` the change it asks for,
 * `usual` what the way back leads to; `change(partial, settled)` hands it on.
 */
export function slider({ name, label, type, read, write, usual, change, limit }) {
  const scale = scaleOf(type);
  const id = `field-${name}-${++count}`;
  const box = textBox({ id, inputmode: "decimal", "data-field": name });
  const range = make("input", { type: "range", min: scale.min, max: scale.max, step: scale.step, "aria-label": `${label}, slider`, "data-slider": name });
  const back = wayBack(label, usual, () => change(write(usual), true));
  const row = make("div", { class: "field" }, make("label", { for: id }, label), box, back, range);
  const slide = (settled) => change(write(scale.toValue(Number(range.value))), settled);
  range.addEventListener("input", () => slide(false));
  range.addEventListener("change", () => slide(true));
  box.addEventListener("change", () => {
    const number = type.fromText(box.value);
    box.setAttribute("aria-invalid", typeof number !== "number");
    change(write(number), true);
  });
  row.show = (state) => {
    const value = read(state);
    if (limit) range.max = limit(state);
    const position = scale.toPosition(value);
    if (Number(range.value) !== position && Number(range.value) !== clampTo(range, position)) range.value = position;
    range.setAttribute("aria-valuetext", String(value));
    if (document.activeElement !== box || Number(box.value) !== value) box.showText(String(value));
    box.removeAttribute("aria-invalid");
    row.classList.toggle("changed", !same(value, usual));
  };
  return row;
}

const clampTo = (range, value) => Math.min(Number(range.max), Math.max(Number(range.min), value));

/** A seed: one number or three, with a die. */
export function seedRow({ name, label, field, change }) {
  const id = `field-${name}-${++count}`;
  const usual = field.type.toText(field.usual);
  const box = textBox({ class: "seed", id, "data-field": name, title: "One number: NumPy’s and Python’s streams. Three: Erlang’s." });
  const draw = () => change({ [name]: Math.floor(Math.random() * 100000) }, true);
  const die = button("⚄", draw, { class: "mini", "aria-label": `${label}: draw another`, title: "Draw another", style: "grid-column:auto" });
  const back = wayBack(label, usual, () => change({ [name]: field.usual }, true));
  const row = make("div", { class: "field" }, make("label", { for: id }, "Seed"), make("span", { class: "value" }, box, die), back);
  box.addEventListener("change", () => change({ [name]: field.type.fromText(box.value) }, true));
  row.show = (state) => {
    box.showText([state[name]].flat().join(", "));
    row.classList.toggle("changed", !same(state[name], field.usual));
  };
  box.setAttribute("aria-label", label);
  return row;
}
