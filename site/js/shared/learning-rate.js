// The rule of a learning rate's schedule, as `RateSchedule` of micrograd_wasm/page/configuration.py has it: to
// the last bit, so that a run needs no Python for its rates. It is written here once.

import { OFFICIAL_STEPS } from "#facts/configuration";

/** Of more steps than these the official rate falls below 0, which the engine refuses. */
export { OFFICIAL_STEPS };

/**
 * The rate of a step.
 *
 * @param {{kind: string, start: number, end: number}} schedule
 * @param {number} step from 0
 * @param {number} steps of the whole run
 */
export function rateAt({ kind, start, end }, step, steps) {
  if (kind === "official") return 1 - (0.9 * step) / 100;
  if (kind === "constant" || steps === 1) return start;
  return start + ((end - start) * step) / (steps - 1);
}
