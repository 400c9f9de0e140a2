// The plane as a string of SVG: score as shade in runs of equal strength, lines where the score is
// -1, 0 and 1, and points whose class shows in colour and in shape.

import { contour } from "../../js/shared/surface.js";
import { clamp, scale } from "./text.js";

const STRENGTHS = 8;
const REACH = 2; // scores beyond -2 and 2 look the same

export function plane({ bounds, left, top, width, height }) {
  const x = scale([bounds[0], bounds[1]], [left, left + width]);
  const y = scale([bounds[2], bounds[3]], [top + height, top]);
  return { x, y, bounds, left, top, width, height };
}

/** Shade for scores on a grid, row 0 at the bottom, and lines where `heights` (the same, usually) has a level. */
export function shaded(box, scores, columns, rows, { levels = [-1, 0, 1], id = "", heights = scores, every = 1 } = {}) {
  const { left, top, width, height } = box;
  const clip = `<clipPath id="${id}-plane"><path d="M${left} ${top}h${width}v${height}h${-width}z"/></clipPath>`;
  return `${clip}<g clip-path="url(#${id}-plane)"><g class="shade">${cellsOf(box, scores, columns, rows, every)}</g>${linesOf(box, heights, columns, rows, levels)}</g>`;
}

/** The shade is blurred, so that every second score will do where the lines need all of them. */
function cellsOf({ left, top, width, height }, all, allColumns, allRows, every) {
  const [columns, rows] = [(allColumns - 1) / every + 1, (allRows - 1) / every + 1];
  const scores = every === 1 ? all : Float64Array.from({ length: columns * rows }, (_, at) => all[every * (Math.floor(at / columns) * allColumns + (at % columns))]);
  const [dx, dy] = [width / (columns - 1), height / (rows - 1)];
  const strength = (score) => Math.round(clamp(score / REACH, -1, 1) * STRENGTHS);
  const cells = [];
  for (let row = 0; row < rows; row++) {
    const y = top + height - (row + 0.5) * dy;
    for (let column = 0; column < columns;) {
      const now = strength(scores[row * columns + column]);
      let end = column + 1;
      while (end < columns && strength(scores[row * columns + end]) === now) end++;
      if (now) cells.push(`<path class="${now < 0 ? "minus-shade" : "plus-shade"}" opacity="${Math.abs(now) / STRENGTHS}" d="M${(left + (column - 0.5) * dx).toFixed(1)} ${y.toFixed(2)}h${((end - column) * dx).toFixed(1)}v${dy.toFixed(2)}h${((column - end) * dx).toFixed(1)}z"/>`);
      column = end;
    }
  }
  return cells.join("");
}

function linesOf({ left, top, width, height }, heights, columns, rows, levels) {
  const [dx, dy] = [width / (columns - 1), height / (rows - 1)];
  return levels.map((level) => {
    const found = contour(heights, columns, rows, level);
    let path = "";
    for (let at = 0; at < found.length; at += 4) {
      path += `M${(left + found[at] * dx).toFixed(1)} ${(top + height - found[at + 1] * dy).toFixed(1)}L${(left + found[at + 2] * dx).toFixed(1)} ${(top + height - found[at + 3] * dy).toFixed(1)}`;
    }
    return path ? `<path class="${level === 0 ? "boundary" : "margin-line"}" d="${path}"/>` : "";
  }).join("");
}

/** Scores of a function of (x, y) on a grid. */
export function gridOf({ bounds: [x0, x1, y0, y1] }, columns, rows, score) {
  const scores = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const py = y0 + ((y1 - y0) * row) / (rows - 1);
    for (let column = 0; column < columns; column++) scores[row * columns + column] = score(x0 + ((x1 - x0) * column) / (columns - 1), py);
  }
  return scores;
}

/** A point: class -1 a circle, class 1 a square, as in the playground. */
export function point(x, y, label, { radius = 4.5, handle, mark = "" } = {}) {
  const at = `${x.toFixed(1)} ${y.toFixed(1)}`;
  // What can be dragged wears a ring, and is large enough for a finger.
  const ring = handle === undefined ? "" : `<circle class="ring" data-handle="${handle}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="16"/>`;
  const more = `${handle === undefined ? "" : ` data-handle="${handle}"`} class="${label < 0 ? "minus" : "plus"}${handle === undefined ? "" : " movable"} ${mark}"`;
  if (label < 0) return `${ring}<circle${more} cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}"/>`;
  const r = +(radius * 0.92).toFixed(2);
  return `${ring}<path${more} d="M${at}m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z"/>`;
}

/** A point that the model gets wrong. */
export const miss = (x, y) => `<circle class="miss" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="10"/>`;

export function frame({ left, top, width, height }) {
  return `<path class="frame" d="M${left} ${top}h${width}v${height}h${-width}z"/>`;
}
