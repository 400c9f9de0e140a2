// A network of one hidden layer: each neuron with a map of its output over the plane, each weight a
// line that is dragged up and down. One number at a time is chosen; a slider moves it, too.

import { SurfaceKernel } from "../../js/engine/kernel-host.js";
import { bytes, doubles } from "./kernels.js";
import { frame, plane, shaded } from "./plane-parts.js";
import { clamp, escaped, filled, fixed, snapped } from "./text.js";

const W = 640, H = 356, COLUMNS = 43, ROWS = 27;
const INPUTS = { x: 26, gap: 118 }, MAP = [132, 77], HIDDEN_X = 196, OUT = { left: 428, width: 200, height: 117 };
const RANGE = { min: -2, max: 2, step: 0.1 };
const PIXELS_FOR_ONE = 60;

const hiddenTop = (count, at) => 8 + (at * (H - 8)) / count;
const middle = (H - 26) / 2;

/** Each parameter in the model's order: its words, and where its line begins and ends (a bias has none). */
function numbersOf({ hidden, names }) {
  const found = [];
  const center = (at) => hiddenTop(hidden, at) + MAP[1] / 2;
  for (let at = 0; at < hidden; at++) {
    names.forEach((name, k) => found.push({ words: `neuron ${at + 1}, weight of ${name}`, line: [INPUTS.x + 15, middle + (k - 0.5) * INPUTS.gap, HIDDEN_X, center(at)] }));
    found.push({ words: `neuron ${at + 1}, bias`, place: [HIDDEN_X, hiddenTop(hidden, at) + MAP[1] + 17] });
  }
  for (let at = 0; at < hidden; at++) found.push({ words: `last neuron, weight of neuron ${at + 1}`, line: [HIDDEN_X + MAP[0], center(at), OUT.left, middle] });
  found.push({ words: "last neuron, bias", place: [OUT.left, middle + OUT.height / 2 + 17] });
  return found;
}

export default {
  size: [W, H],
  ownKernels: true,
  start(spec) {
    const own = Object.fromEntries([...doubles(spec.parameters)].map((number, at) => [`p${at}`, number]));
    return { ...own, which: spec.which, value: own[`p${spec.which}`] };
  },
  controls: (spec) => [
    { name: "which", label: "Number", choices: numbersOf(spec).map(({ words }) => words) },
    { name: "value", label: "Its value", ...RANGE },
  ],
  /** The slider shows the number that is chosen. */
  settle(spec, state, changes) {
    if ("value" in changes) state[`p${state.which}`] = state.value;
    else state.value = state[`p${state.which}`];
  },

  draw(spec, state) {
    spec.surface ?? Object.defineProperty(spec, "surface", { value: new SurfaceKernel({ ...spec.kernel, binary: bytes(spec.kernel.binary) }) });
    const numbers = numbersOf(spec);
    const parameters = Float64Array.from(numbers, (_, at) => state[`p${at}`]);
    const { neurons } = spec.surface.evaluate({ parameters, bounds: spec.bounds, columns: COLUMNS, rows: ROWS });
    const cells = COLUMNS * ROWS;
    const map = (at, box, levels) => {
      const own = plane({ ...box, bounds: spec.bounds });
      return shaded(own, neurons.subarray(at * cells, (at + 1) * cells), COLUMNS, ROWS, { id: `${spec.id}-${at}`, levels, every: spec.small ? 2 : 1 }) + frame(own);
    };
    const lines = numbers.map(({ line }, at) => line && lineOf(line, parameters[at], at, at === state.which)).join("");
    const biases = numbers.map(({ place }, at) => place && `<text class="tick bias${at === state.which ? " chosen" : ""}" data-handle="p:${at}" x="${place[0]}" y="${place[1].toFixed(1)}">bias ${fixed(parameters[at], 1)}</text>`).join("");
    const inputs = spec.names.map((name, k) => `<g class="node input"><circle cx="${INPUTS.x}" cy="${middle + (k - 0.5) * INPUTS.gap}" r="15"/><text class="label" x="${INPUTS.x}" y="${middle + (k - 0.5) * INPUTS.gap + 5}" text-anchor="middle">${escaped(name)}</text></g>`).join("");
    const hidden = Array.from({ length: spec.hidden }, (_, at) => map(at, { left: HIDDEN_X, top: hiddenTop(spec.hidden, at), width: MAP[0], height: MAP[1] }, []));
    const out = map(spec.hidden, { left: OUT.left, top: middle - OUT.height / 2, width: OUT.width, height: OUT.height }, [0]);
    const told = { chosen: numbers[state.which].words, value: fixed(state.value, 1), count: numbers.length, hidden: spec.hidden };
    const centre = (cells - 1) / 2; // of an odd number of columns and rows
    return {
      svg: lines + inputs + hidden.join("") + out + biases,
      readout: escaped(filled(spec.readout, told)),
      values: Array.from({ length: spec.hidden + 1 }, (_, at) => neurons[at * cells + centre]),
    };
  },

  drag(spec, state, handle, px, py, from) {
    const which = Number(handle.split(":")[1]);
    const value = snapped(clamp(from.state[`p${which}`] - (py - from.y) / PIXELS_FOR_ONE, RANGE.min, RANGE.max), RANGE);
    return which === state.which ? { value } : { which, [`p${which}`]: value };
  },
};

function lineOf([x0, y0, x1, y1], weight, at, chosen) {
  const path = `M${x0} ${y0.toFixed(1)}L${x1} ${y1.toFixed(1)}`;
  const share = x1 > 400 ? 0.4 : 0.72; // where the lines of one layer are apart
  const [x, y] = [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  return `<path class="${chosen ? "chosen " : ""}weight ${weight < 0 ? "minus-line" : "plus-line"}" stroke-width="${(1 + 3 * Math.abs(weight)).toFixed(1)}" d="${path}"/>`
    + (chosen ? `<text class="label" x="${x.toFixed(1)}" y="${(y - 8).toFixed(1)}" text-anchor="middle">${fixed(weight, 1)}</text>` : "")
    + `<path class="grip" data-handle="p:${at}" d="${path}"/>`;
}
