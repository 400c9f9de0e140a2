// A training run that is scrubbed: the plane at a step, the loss curve with a cursor, and on request
// alpha or a probe under the finger. The run is taken here, by the kernels that the page brings.

import { ACCURACY, DATA_LOSS, LEARNING_RATE, LOSS, REG_LOSS, ROW } from "#facts/history";
import { SurfaceKernel, TrainingKernel } from "../../js/engine/kernel-host.js";
import { columnOf } from "../../js/shared/history-columns.js";
import { rowOf, stepsOf } from "../../js/shared/history.js";
import { axes, clamp, escaped, filled, fixed, line, scale, shown, snapped } from "./text.js";
import { bytes, doubles, integers } from "./kernels.js";
import { frame, miss, plane, point, shaded } from "./plane-parts.js";

const W = 640, PLANE = { left: 40, top: 12, width: 584, height: 300 };
const CURVE = { left: 40, right: 624, top: 372, bottom: 470 }, H = 512;
const BOUNDS = [-2, 3, -1.25, 1.75], COLUMNS = 121, ROWS = 73;
const MOST_ALPHAS = 24;
const MEASURES = { loss: [LOSS, "total loss"], data: [DATA_LOSS, "data loss"], reg: [REG_LOSS, "regularization loss"], accuracy: [ACCURACY, "accuracy"] };

const steps = (spec) => spec.plans.length && Math.max(...spec.plans.map(({ rates }) => doubles(rates).length));
const bounds = (spec) => spec.bounds ?? BOUNDS;
const cursorScale = (count) => scale([0, count], [CURVE.left, CURVE.right]);
const alphaOf = (spec, state) => (spec.alpha ? spec.alpha.values[state.alpha] : undefined);

/** The kernels of a figure, made when it is first touched; results are kept. */
function machinery(spec) {
  if (spec.machinery) return spec.machinery;
  const decoded = Object.fromEntries(Object.entries(spec.kernels).map(([key, { layout, binary }]) => [key, { layout, binary: bytes(binary) }]));
  const made = new Map();
  const kernel = (Kind, key) => made.get(key) ?? (made.set(key, new Kind(decoded[key])), made.get(key));
  const plans = spec.plans.map((plan) => ({ ...plan, ...Object.fromEntries(["xs", "ys", "parameters", "rates"].map((name) => [name, doubles(plan[name])])), batches: integers(plan.batches) }));
  const results = new Map();
  let turn = Promise.resolve();
  Object.defineProperty(spec, "machinery", { value: {
    plans,
    surface: (key) => kernel(SurfaceKernel, key),
    run(choice, alpha) {
      const key = `${choice} ${alpha}`;
      if (!results.has(key)) {
        const plan = { ...plans[choice], ...(alpha === undefined ? {} : { alpha }) };
        // One kernel, one memory: runs take turns.
        turn = turn.then(() => kernel(TrainingKernel, plan.kernel).run(plan, () => true, async (step, _, rows) => ({ diverged: { step, lastLoss: rows.at(LOSS - ROW) ?? null } })));
        results.set(key, turn);
        if (results.size > MOST_ALPHAS) results.delete(results.keys().next().value);
      }
      return results.get(key);
    },
  } });
  return spec.machinery;
}

export default {
  size: [W, H],
  ownKernels: true,
  middle: () => [PLANE.left, PLANE.top, PLANE.width, PLANE.height],
  start: (spec) => ({ choice: spec.start?.choice ?? 0, step: spec.start?.step ?? steps(spec), ...(spec.alpha ? { alpha: spec.alpha.start } : {}), ...(spec.probe ? { px: spec.probe[0], py: spec.probe[1] } : {}) }),
  controls(spec) {
    const [x0, x1, y0, y1] = bounds(spec);
    return [
      ...(spec.choices.length > 1 ? [{ name: "choice", label: spec.choiceLabel ?? "Run", choices: spec.choices.map(({ label }) => label) }] : []),
      ...(spec.alpha ? [{ name: "alpha", label: "alpha", min: 0, max: spec.alpha.values.length - 1, step: 1, words: spec.alpha.values.map(String) }] : []),
      { name: "step", label: "Step", min: 0, max: steps(spec), step: 1 },
      ...(spec.probe ? [{ name: "px", group: "Probe", label: "x", min: x0, max: x1, step: 0.05 }, { name: "py", group: "Probe", label: "y", min: y0, max: y1, step: 0.05 }] : []),
    ];
  },

  async draw(spec, state) {
    const { plans, run, surface } = machinery(spec);
    const plan = plans[state.choice];
    const result = await run(state.choice, alphaOf(spec, state));
    const { history, parameters, points, parameterCount: count } = result;
    const taken = stepsOf(history);
    const step = Math.min(state.step, taken);
    const own = plane({ ...PLANE, bounds: bounds(spec) }), { x, y } = own;
    const now = parameters.subarray(step * count, (step + 1) * count);
    const ask = (grid) => surface(plan.surface).evaluate({ parameters: now, ...grid });
    const { scores } = ask({ bounds: bounds(spec), columns: COLUMNS, rows: ROWS });
    const inside = (px, py) => px > own.bounds[0] && px < own.bounds[1] && py > own.bounds[2] && py < own.bounds[3];
    const marks = [];
    let wrong = 0;
    for (let at = 0; at < points.length; at += 3) {
      const [px, py, label] = points.subarray(at, at + 3);
      const missed = ask({ bounds: [px, px, py, py], columns: 1, rows: 1 }).scores[0] > 0 !== label > 0;
      wrong += missed;
      if (inside(px, py)) marks.push(point(x(px), y(py), label) + (missed ? miss(x(px), y(py)) : ""));
    }
    // The row before step k says how the model of step k does; after the last update there is none.
    const row = rowOf(history, Math.min(step, taken - 1));
    const probe = spec.probe ? ask({ bounds: [state.px, state.px, state.py, state.py], columns: 1, rows: 1 }).scores[0] : 0;
    let worth = 0;
    for (const parameter of now) worth = Math.max(worth, Math.abs(parameter));
    const told = {
      step, steps: taken, wrong, points: points.length / 3, loss: fixed(row[LOSS], 4), data: fixed(row[DATA_LOSS], 4), reg: fixed(row[REG_LOSS], 4),
      accuracy: `${shown(100 * row[ACCURACY], 1)} %`, rate: shown(row[LEARNING_RATE], 3), score: fixed(probe), largest: fixed(worth),
      side: probe > 0 ? "class 1" : "class −1", alpha: String(alphaOf(spec, state) ?? plan.alpha), count,
    };
    const probed = spec.probe ? `<g class="probe" data-handle="probe"><circle class="handle" data-handle="probe" cx="${x(state.px).toFixed(1)}" cy="${y(state.py).toFixed(1)}" r="11"/></g><text class="label" x="${(x(state.px) + 14).toFixed(1)}" y="${(y(state.py) - 10).toFixed(1)}">score ${told.score}</text>` : "";
    const measured = /\{(loss|data|reg|accuracy|rate)\}/.test(spec.readout);
    const says = result.diverged ? ` The numbers left the range of a float64 at step ${result.diverged.step}.`
      : measured && step === taken ? ` That was measured at step ${taken - 1}, before the last update.` : "";
    const svg = axes(x, y, own.bounds.slice(0, 2), own.bounds.slice(2), { left: PLANE.left, right: PLANE.left + PLANE.width, top: PLANE.top, bottom: PLANE.top + PLANE.height, side: "y" })
      + shaded(own, scores, COLUMNS, ROWS, { id: spec.id, every: spec.small ? 8 : 2 }) + frame(own) + marks.join("") + probed + curves(spec, history, taken, step);
    return { svg, readout: escaped(filled(spec.readout, told)) + escaped(says), values: [...history.slice(-ROW), ...now.slice(0, 5), probe, wrong] };
  },

  drag(spec, state, handle, px, py) {
    if (handle === "step") return { step: Math.round(clamp(cursorScale(steps(spec)).back(px), 0, steps(spec))) };
    const own = plane({ ...PLANE, bounds: bounds(spec) });
    const [x0, x1, y0, y1] = own.bounds;
    return { px: snapped(own.x.back(px), { min: x0, max: x1, step: 0.05 }), py: snapped(own.y.back(py), { min: y0, max: y1, step: 0.05 }) };
  },
};

function curves(spec, history, taken, step) {
  const most = steps(spec);
  const measures = (spec.curves ?? ["loss"]).map((name) => [name, ...MEASURES[name]]);
  const top = spec.curveTop ?? Math.max(...measures.flatMap(([, place]) => columnOf(history, place)), 0.1);
  const x = cursorScale(most), y = scale([0, top], [CURVE.bottom, CURVE.top]);
  const paths = measures.map(([name, place]) => `<path class="measure ${name}" d="${line(columnOf(history, place).map((value, at) => [x(at), y(Math.min(value, top * 1.02))]))}"/>`);
  const names = measures.map(([name, , words], at) => `<tspan class="key ${name}" dx="${at ? 14 : 0}">${escaped(words)}</tspan>`).join("");
  return axes(x, y, [0, most], [0, top], { left: CURVE.left, right: CURVE.right, top: CURVE.top, bottom: CURVE.bottom, xName: "step" })
    + paths.join("") + `<text class="axis" x="${CURVE.left}" y="${CURVE.top - 10}">${names}</text>`
    + `<path class="cursor" d="M${x(step).toFixed(1)} ${CURVE.top}V${CURVE.bottom}"/><rect class="grip" data-handle="step" x="${(x(step) - 14).toFixed(1)}" y="${CURVE.top}" width="28" height="${CURVE.bottom - CURVE.top}"/><circle class="handle" data-handle="step" cx="${x(step).toFixed(1)}" cy="${CURVE.bottom}" r="8"/>`;
}
