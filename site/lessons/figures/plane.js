// A score over the plane, made of a few weights that move, and points whose margin and hinge are
// read off. Weights can be sliders, and the tip of an arrow.

import { axes, escaped, filled, fixed, snapped } from "./text.js";
import { frame, gridOf, plane, point, shaded } from "./plane-parts.js";

const W = 640, H = 400, BOX = { left: 44, top: 12, width: 580, height: 340 };
const COLUMNS = 59, ROWS = 35;

const names = (spec) => spec.parameters.map(({ name }) => name);
const weights = (spec, state) => names(spec).map((name) => state[name]);
const box = (spec) => plane({ ...BOX, bounds: spec.bounds });
const moved = (spec, state) => (spec.points ?? []).map(([x, y, label], at) => [state[`x${at}`] ?? x, state[`y${at}`] ?? y, label]);
const movable = (spec, at) => (spec.movable ?? []).includes(at);
const letter = (at) => String.fromCharCode(65 + at);
const STEP = 0.05;

export default {
  size: [W, H],
  middle: () => [BOX.left, BOX.top, BOX.width, BOX.height],
  start(spec) {
    const state = Object.fromEntries(spec.parameters.map(({ name, start }) => [name, start]));
    for (const at of spec.movable ?? []) [state[`x${at}`], state[`y${at}`]] = spec.points[at];
    return state;
  },
  controls(spec) {
    const [x0, x1, y0, y1] = spec.bounds;
    const places = (spec.movable ?? []).flatMap((at) => [
      { name: `x${at}`, group: `Point ${letter(at)}`, label: "x", min: x0, max: x1, step: STEP },
      { name: `y${at}`, group: `Point ${letter(at)}`, label: "y", min: y0, max: y1, step: STEP },
    ]);
    const group = places.length ? "Boundary" : undefined;
    return [...spec.parameters.map((one) => ({ group, ...one })), ...places];
  },

  draw(spec, state, functions) {
    const own = box(spec), { x, y } = own;
    const given = weights(spec, state);
    const scores = gridOf(own, COLUMNS, ROWS, (px, py) => functions.score(px, py, ...given));
    // Where a neuron cuts off, its output is flat and has no line; the sum before the cut has.
    const heights = functions.line && gridOf(own, COLUMNS, ROWS, (px, py) => functions.line(px, py, ...given));
    const points = moved(spec, state);
    const rows = points.map(([px, py, label]) => ({ label, score: functions.score(px, py, ...given), ...(functions.hinge ? { hinge: functions.hinge(px, py, label, ...given) } : {}) }));
    const marks = points.map(([px, py, label], at) => {
      const handle = movable(spec, at) ? `point:${at}` : undefined;
      const mark = rows[at].hinge > 0 ? "costs" : "";
      const name = movable(spec, at) || spec.letters ? `<text class="label" x="${(x(px) + 15).toFixed(1)}" y="${(y(py) - 11).toFixed(1)}">${letter(at)}${rows[at].hinge === undefined ? "" : ` ${fixed(rows[at].hinge)}`}</text>` : "";
      return point(x(px), y(py), label, { radius: movable(spec, at) ? 8 : 5, handle, mark }) + name;
    });
    const arrow = spec.arrow ? arrowTo(x(0), y(0), x(state[spec.arrow[0]]), y(state[spec.arrow[1]])) : "";
    const told = { ...Object.fromEntries(names(spec).map((name) => [name, fixed(state[name])])), ...tellings(rows, functions, given) };
    const svg = axes(x, y, spec.bounds.slice(0, 2), spec.bounds.slice(2), { left: BOX.left, right: BOX.left + BOX.width, top: BOX.top, bottom: BOX.top + BOX.height, xName: "x", side: "y" })
      + shaded(own, scores, COLUMNS, ROWS, { id: spec.id, levels: spec.levels, heights, every: spec.small ? 2 : 1 }) + frame(own) + arrow + marks.join("");
    return { svg, readout: escaped(filled(spec.readout, told)), values: [...rows.flatMap(({ score, hinge }) => [score, hinge ?? 0]), ...scores.slice(0, 3)] };
  },

  drag(spec, state, handle, px, py) {
    const { x, y } = box(spec);
    if (handle === "arrow") return Object.fromEntries(spec.arrow.map((name, k) => [name, snapped((k ? y : x).back(k ? py : px), spec.parameters.find((one) => one.name === name))]));
    const at = Number(handle.split(":")[1]);
    const [x0, x1, y0, y1] = spec.bounds;
    return { [`x${at}`]: snapped(x.back(px), { min: x0, max: x1, step: STEP }), [`y${at}`]: snapped(y.back(py), { min: y0, max: y1, step: STEP }) };
  },
};

/** What a readout can name: each movable point's numbers by letter, and the sum where there is one. */
function tellings(rows, functions, given) {
  const told = {};
  rows.forEach(({ score, hinge, label }, at) => {
    told[`score${letter(at)}`] = fixed(score);
    told[`margin${letter(at)}`] = fixed(label * score);
    if (hinge !== undefined) told[`hinge${letter(at)}`] = fixed(hinge);
  });
  if (functions.mean) told.mean = fixed(functions.mean(...rows.map(({ hinge }) => hinge)), 3);
  return told;
}

function arrowTo(x0, y0, x1, y1) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1, [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [bx, by] = [x1 - 10 * ux, y1 - 10 * uy];
  return `<path class="arrow" d="M${x0.toFixed(1)} ${y0.toFixed(1)}L${bx.toFixed(1)} ${by.toFixed(1)}"/><circle class="handle" data-handle="arrow" cx="${x1.toFixed(1)}" cy="${y1.toFixed(1)}" r="11"/>`;
}
