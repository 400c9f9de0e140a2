// The network's diagram on the page: what is drawn, what the pointer or the keys are on, and what
// the line below says about it. Enter or a click opens a neuron or a weight in the drawer.

import { button, color, setText, shown, sizeOf } from "../../shared/dom.js";
import { drawNetwork, find, heightFor, layOut, placeOf } from "./network-draw.js";
import { same } from "../state/state.js";
import { onlyPenalty, steepest } from "./steepest.js";

const FINGER = matchMedia("(pointer: coarse)");
const hint = () => (FINGER.matches ? "Tap a neuron or a weight to read it, tap it again to open it."
  : "Point at a neuron or a weight to read it, click to open it. Keys: arrows, W for a neuron’s weights, Enter.");

const PATIENCE_MS = 150;

/** Which neuron, in words. */
export const neuronName = (sizes, layer, neuron) => (layer === 0 ? `input ${["x", "y"][neuron]}` : layer === sizes.length - 1 ? "the score" : `neuron ${neuron + 1} of hidden layer ${layer}`);

/**
 * `onOpen(focus)` opens a neuron or weight; `onFocus()` says that one is being looked at; `onStep(step)`
 * goes to another step of the run.
 */
export function createNetwork(canvas, readout, { onOpen = () => {}, onFocus = () => {}, onStep = () => {} } = {}) {
  const context = canvas.getContext("2d");
  const atlas = document.createElement("canvas");
  let scene = null, places = [], size = [1, 1], focus = null;

  const name = (layer, neuron) => neuronName(scene.sizes, layer, neuron);
  const at = (k, j, i) => placeOf(scene.sizes, k, j, i);
  const most = button("", () => onStep(Number(most.dataset.step)), { class: "link", id: "steepest" });
  /** At the end of a perfect run the gradients look as the weights do; that is worth a word. */
  function describeRest() {
    const { lines, gradients, parameters, result, waiting } = scene ?? {};
    if (lines !== "gradients") return setText(readout, hint());
    if (!gradients) return setText(readout, waiting ?? "Asking the engine for the gradients …");
    const { alpha } = result.config;
    if (!onlyPenalty(gradients, parameters, alpha)) return setText(readout, hint());
    const step = steepest(result);
    most.dataset.step = step;
    setText(most, `Go to step ${step}, where they say most`);
    const said = alpha ? "Every margin is met: only regularization is left, and each gradient is 2 · alpha times its own weight or bias. " : "Every margin is met, and there is no regularization: each gradient is 0. ";
    if (most.parentElement !== readout || readout.firstChild.data !== said) readout.replaceChildren(said, most);
  }
  function describe() {
    if (!scene || !focus) return describeRest();
    const { layer, neuron, weight } = focus, { sizes, parameters, gradients, step } = scene;
    if (!parameters) return setText(readout, "There is no run yet, so there are no numbers.");
    if (layer === 0) return setText(readout, `Input ${["x", "y"][neuron]}: the point’s ${neuron ? "height" : "place from left to right"}.`);
    const count = sizes[layer - 1];
    const numbers = (place) => `${shown(parameters[place], 6)}${gradients ? `, gradient ${shown(gradients[place], 6)},` : ""}`;
    if (weight !== undefined) return setText(readout, `Weight from ${name(layer - 1, weight)} to ${name(layer, neuron)}: ${numbers(at(layer - 1, neuron, weight))} at step ${step}.`);
    const text = name(layer, neuron);
    setText(readout, `${text[0].toUpperCase()}${text.slice(1)}: ${count} weights, bias ${numbers(at(layer - 1, neuron, count))} at step ${step}.`);
  }
  function setFocus(next) {
    if (same(next, focus)) return;
    focus = next;
    draw({});
    if (focus) onFocus();
  }
  const open = () => { if (focus && focus.layer > 0 && scene.parameters) onOpen({ ...focus }); };

  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    return find(places, event.clientX - box.left, event.clientY - box.top);
  };
  canvas.addEventListener("pointermove", (event) => {
    if (!scene || event.pointerType === "touch") return;
    setFocus(under(event));
    canvas.style.cursor = focus && focus.layer > 0 ? "pointer" : "default";
  });
  // A finger reads first: what it touches again it opens.
  let touched = false, read = null;
  canvas.addEventListener("pointerdown", ({ pointerType }) => { touched = pointerType === "touch"; });
  canvas.addEventListener("click", (event) => {
    if (!scene) return;
    const before = read;
    setFocus(under(event));
    read = touched ? focus : null;
    if (!touched || (focus && same(before, focus))) open();
  });
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") setFocus(null); });
  canvas.addEventListener("blur", () => setFocus(null));
  canvas.addEventListener("focus", () => { if (scene && !focus && canvas.matches(":focus-visible")) setFocus({ layer: 1, neuron: 0 }); });
  canvas.addEventListener("keydown", (event) => {
    if (!scene) return;
    const { layer, neuron, weight } = focus ?? { layer: 0, neuron: 0 };
    const { sizes } = scene, wrap = (n, count) => (n + count) % count;
    const to = (nextLayer) => ({ layer: nextLayer, neuron: Math.min(neuron, sizes[nextLayer] - 1) });
    const moves = new Map([
      ["ArrowUp", () => ({ layer, neuron: wrap(neuron - 1, sizes[layer]) })],
      ["ArrowDown", () => ({ layer, neuron: wrap(neuron + 1, sizes[layer]) })],
      ["ArrowLeft", () => to(Math.max(0, layer - 1))],
      ["ArrowRight", () => to(Math.min(sizes.length - 1, layer + 1))],
      ["w", () => (layer === 0 ? { layer: 1, neuron: 0, weight: 0 } : { layer, neuron, weight: wrap((weight ?? -1) + (event.shiftKey ? -1 : 1), sizes[layer - 1]) })],
      ["Escape", () => null],
    ]);
    const move = moves.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (move) setFocus(move());
    else if (event.key === "Enter" || event.key === " ") open();
    else return;
    event.preventDefault();
  });

  // Gradients come a moment after their step: for that long the lines of the step before stay.
  let latest = null, missing = 0;
  function gradientLines() {
    const { gradients, parameters } = scene;
    if (gradients) [latest, missing] = [gradients, 0];
    else if (!missing) {
      missing = performance.now();
      setTimeout(() => draw({}), PATIENCE_MS + 10);
    }
    const recent = latest?.length === parameters?.length && performance.now() - missing < PATIENCE_MS;
    return gradients ?? (recent ? latest : null);
  }
  const sceneToDraw = () => ({ ...scene, numbers: scene.lines === "gradients" ? gradientLines() : scene.parameters });
  function stillThere({ sizes }) {
    return focus.layer < sizes.length && focus.neuron < sizes[focus.layer] && (focus.weight ?? 0) < sizes[Math.max(0, focus.layer - 1)];
  }
  function grow(height) {
    if (size[1] === height) return;
    canvas.style.height = `${height}px`;
    measure();
  }
  function measure() {
    const before = size;
    size = sizeOf(canvas);
    return !same(size, before);
  }
  function draw(next) {
    scene = { ...scene, ...next };
    if (!scene.sizes) return;
    if (focus && !stillThere(scene)) focus = null;
    if (next.sizes) grow(heightFor(scene.sizes));
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = size.map((one) => Math.round(one * ratio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, ...size);
    places = layOut(scene.sizes, size);
    drawNetwork(context, sceneToDraw(), places, focus, atlas);
    describe();
    canvas.setAttribute("aria-label", `The network: ${scene.sizes.join(", ")}. Arrow keys walk through its neurons, W through a neuron’s weights, Enter opens.`);
  }
  return {
    draw,
    get scene() { return scene; },
    measure,
    get size() { return size; },
    /** The picture on a context of one's own, as large as it is here. */
    drawOn(other) {
      other.fillStyle = color("--paper");
      other.fillRect(0, 0, ...size);
      drawNetwork(other, sceneToDraw(), places, null, atlas);
    },
  };
}
