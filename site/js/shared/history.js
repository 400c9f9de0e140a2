// A run's history: for each step a row of numbers, as micrograd_wasm/training/history.py has them.

import { ROW } from "#facts/history";

/** @param {Float64Array} history */
export const stepsOf = (history) => history.length / ROW;

/** @param {Float64Array} history @param {number} step from 0 */
export const rowOf = (history, step) => history.subarray(ROW * step, ROW * (step + 1));
