// One consistent picture: the plane, the network, the curves and the facts of one run at one step,
// painted together. What is asked for while a picture is being made is made next, the newest only.

import { latest } from "../shared/dom.js";
import { stepsOf } from "../shared/history.js";

const COARSE = 56; // grid columns while something moves
const FINE = 144; // and when it has come to rest
const REST_MS = 180;
const NO_HISTORY = new Float64Array(0);

export function createPicture({ engine, plane, network, facts, timeline, curves, gradients, getState, onPaint, onFault }) {
  let wanted = null, resting = 0, painted = null;

  async function surfaceOf({ result, step }, columns) {
    const { parameterCount: size, layerSizes, config } = result;
    const bounds = plane.bounds(result.points);
    const rows = Math.max(8, Math.round((columns * plane.size[1]) / plane.size[0]));
    const parameters = result.parameters.slice(step * size, (step + 1) * size);
    const request = { parameters, layerSizes, activations: config.activations, bounds, columns, rows };
    try {
      return { parameters, bounds, surface: { ...(await engine.surface(request)), columns, rows, bounds, fine: columns === FINE } };
    } catch (error) {
      if (error.name === "BootError" || error.name === "Superseded") throw error;
      // Near a divergence scores leave float64; the rest of the picture is as real as ever.
      return { parameters, bounds, surface: null };
    }
  }

  /** Your own points as they are now: they may have been moved since. */
  function pointsOf({ points, config }) {
    const { dataset, points: rows } = getState();
    return dataset === "own" && config.dataset === "own" ? Float64Array.from(rows.flat()) : points;
  }

  const paint = latest(async (columns) => {
    const target = wanted;
    if (!target) return;
    try {
      const { parameters, bounds, surface } = await surfaceOf(target, columns);
      if (wanted && wanted.result.config !== target.result.config && columns === FINE) return;
      const { result, step } = target;
      const finished = stepsOf(result.history);
      plane.draw({ points: pointsOf(result), bounds: plane.held ? plane.bounds(result.points) : bounds, surface, empty: surface ? "" : `The scores at step ${step} are too large to draw.` });
      network.draw({ result, sizes: result.layerSizes, activations: result.config.activations, parameters, surface, step, lines: getState().lines, gradients: gradients.of(target), waiting: undefined });
      facts.show(result, step);
      if (wanted === target) timeline.show(step, finished); // otherwise it is further by now
      await curves()?.draw({ history: result.history, last: Math.max(1, finished), log: getState().log });
      painted = { ...target, parameters, surface };
      if (getState().lines === "gradients") gradients.want(painted);
      onPaint(painted, wanted === target);
      clearTimeout(resting);
      if (columns !== FINE) resting = setTimeout(() => { if (wanted === target && !timeline.playing) paint(FINE); }, REST_MS);
    } catch (error) {
      if (error?.name !== "Superseded") onFault(error);
    }
  });

  /** The second layer of the network: asked for while it is shown, drawn when it belongs to the step. */
  function showLines(waiting) {
    const { lines } = getState();
    if (lines === "gradients") gradients.want(painted);
    network.draw({ lines, gradients: gradients.of(painted), waiting });
  }

  return {
    showLines,
    get painted() { return painted; },
    /** The run and step that are asked for, painted or about to be. */
    get wanted() { return wanted; },
    show(result, step) {
      wanted = { result, step: Math.min(step, stepsOf(result.history)) };
      paint(COARSE);
    },
    /** Nothing to show but these points and the network's shape: there is no run. */
    clear(points) {
      wanted = painted = null;
      clearTimeout(resting);
      const { layers, activations } = getState();
      plane.draw({ points, bounds: plane.bounds(points), surface: null, empty: "" });
      network.draw({ sizes: [2, ...layers, 1], activations, parameters: null, surface: null, step: 0, gradients: undefined, waiting: "" });
      facts.empty("not trained", layers);
      timeline.show(0, 0);
      curves()?.draw({ history: NO_HISTORY, last: 1, log: false }).catch(onFault);
    },
    again() { if (wanted) paint(COARSE); },
    /**
     * Gradients of a painted step came, or an error in their place; are they those of what is painted now?
     *
     * @param {{result: object, step: number}} of
     * @param {Float64Array|Error} answer
     */
    takeGradients({ result, step }, answer) {
      if (result !== painted?.result || step !== painted.step) return false;
      showLines(answer instanceof Error ? `There are no gradients at step ${step}: ${answer.message}` : undefined);
      return true;
    },
  };
}
