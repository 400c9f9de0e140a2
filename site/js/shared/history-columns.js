// A history by its columns, for what draws or saves all of it: no page needs that for its first picture.

import { COLUMNS } from "#facts/columns";
import { ROW } from "#facts/history";
import { stepsOf } from "./history.js";

/** The columns' names, in their order. */
export { COLUMNS };

/** One column's number of every step. @param {Float64Array} history @param {number} place */
export const columnOf = (history, place) => Array.from({ length: stepsOf(history) }, (_, step) => history[ROW * step + place]);
