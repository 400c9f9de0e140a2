// Brings the figures alive. What the build drew stays until a hand touches a figure: only then is
// its code set up, and each change draws it anew with the engine's numbers.

import { UNABLE, canCompute } from "../js/shared/browser-support.js";
import { button, latest } from "../js/shared/dom.js";
import { figureOf, worded } from "./figures/kinds.js";

const narrow = matchMedia("(max-width: 600px)");

export function enliven(element) {
  const svg = element.querySelector("svg");
  const controls = element.querySelector(".controls");
  const readout = element.querySelector(".readout");
  controls.hidden = false;
  readout.setAttribute("aria-live", "polite");
  let own = null;
  const again = button("Reset", () => {
    change(own.figure.start());
    again.disabled = true;
    controls.querySelector("input, select").focus();
  }, { class: "again", disabled: true });
  controls.append(again);

  function ready() {
    if (own) return own;
    const spec = { ...JSON.parse(element.querySelector("script").textContent), tall: narrow.matches };
    const figure = figureOf({ kind: element.dataset.figure, id: element.id, spec });
    svg.setAttribute("viewBox", `0 0 ${figure.width} ${figure.height}`);
    own = { figure, state: figure.start() };
    return own;
  }
  // A graph runs across a wide page and down a narrow one.
  function turn() {
    const state = own?.state;
    own = null;
    Object.assign(ready().state, state);
    draw();
  }
  const draw = latest(async () => {
    try {
      const { svg: text, readout: words, values } = await own.figure.draw(own.state);
      svg.innerHTML = text;
      readout.innerHTML = words;
      element.values = values;
    } catch (error) {
      readout.textContent = canCompute() ? `This could not be drawn: ${error.message}.` : UNABLE;
    }
  });
  function change(changes) {
    Object.assign(ready().state, changes);
    own.figure.settle(own.state, changes);
    again.disabled = false;
    for (const control of own.figure.controls) {
      const input = controls.querySelector(`[data-control="${control.name}"]`);
      const value = own.state[control.name];
      if (input.value !== String(value)) input.value = value;
      if (control.choices) continue;
      const words = worded(control, value);
      input.setAttribute("aria-valuetext", words);
      input.nextElementSibling.textContent = words;
    }
    return draw();
  }
  controls.addEventListener("input", ({ target }) => {
    const { control } = target.dataset;
    if (control) change({ [control]: Number(target.value) });
  });

  const place = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  };
  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]")?.dataset.handle;
    if (handle === undefined || event.button) return;
    event.preventDefault();
    ready();
    const [x, y] = place(event);
    held = { handle, from: { x, y, state: { ...own.state } } };
    svg.setPointerCapture(event.pointerId);
    svg.classList.add("held");
  });
  // A finger on a handle drags it; anywhere else it scrolls. Inside an SVG, browsers take no notice
  // of the style that would say so.
  svg.addEventListener("touchstart", (event) => {
    if (event.target.closest("[data-handle]") && event.cancelable) event.preventDefault();
  }, { passive: false });
  svg.addEventListener("pointermove", (event) => {
    if (held) change(own.figure.drag(own.state, held.handle, ...place(event), held.from));
  });
  const release = () => { held = null; svg.classList.remove("held"); };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  if (element.dataset.figure === "graph") {
    narrow.addEventListener("change", turn);
    if (narrow.matches) turn();
  }
  // For tests and teachers: element.change({x: 2}), and then element.values.
  element.change = change;
  element.state = () => ({ ...ready().state });
}
