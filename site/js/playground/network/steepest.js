// Where a run's gradients say most, and when they say nothing but the penalty.

import { LEARNING_RATE } from "#facts/history";
import { rowOf, stepsOf } from "../../shared/history.js";

const found = new WeakMap();

/** The step whose gradient is the longest: how far its update moved, over its learning rate. */
export function steepest(result) {
  if (found.has(result)) return found.get(result);
  const { history, parameters, parameterCount: count } = result;
  let best = 0, most = -1;
  for (let step = 0; step < stepsOf(history); step++) {
    const rate = rowOf(history, step)[LEARNING_RATE];
    let sum = 0;
    for (let at = step * count; at < (step + 1) * count; at++) sum += (parameters[at + count] - parameters[at]) ** 2;
    const length = rate > 0 ? Math.sqrt(sum) / rate : -1;
    if (length > most) [best, most] = [step, length];
  }
  found.set(result, best);
  return best;
}

const NEAR = 1e-9; // the engine adds it up in another order

/** Is the total loss's gradient that of alpha times the sum of squares alone: 2 alpha times each parameter? */
export function onlyPenalty(gradients, parameters, alpha) {
  return gradients.every((value, at) => Math.abs(value - 2 * alpha * parameters[at]) <= NEAR * Math.abs(2 * alpha * parameters[at]));
}
