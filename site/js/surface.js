// From a grid of scores to a picture: shade through the page's own background, and the lines where
// the score is -1, 0 and 1.

import { rgb } from "./dom.js";

export const LEVELS = [-1, 0, 1];
const REACH = 2; // scores beyond -2 and 2 look the same

export function palette() {
  return { minus: rgb("--minus-shade"), paper: rgb("--paper"), plus: rgb("--plus-shade") };
}

/** Write one pixel's colour for a value in -1..1. */
function shade(pixels, at, value, { minus, paper, plus }) {
  const share = Math.min(1, Math.abs(value));
  const end = value < 0 ? minus : plus;
  for (let k = 0; k < 3; k++) pixels[at + k] = paper[k] + share * (end[k] - paper[k]);
  pixels[at + 3] = 255;
}

/** Paint scores (row 0 at the bottom) on a canvas of one pixel for each grid point. */
export function paintShade(canvas, scores, columns, rows, colours) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    const line = (rows - 1 - row) * columns;
    for (let column = 0; column < columns; column++) {
      shade(image.data, 4 * (line + column), scores[row * columns + column] / REACH, colours);
    }
  }
  context.putImageData(image, 0, 0);
}

/** Each neuron's map at `width` x `height`, one below the other, each by its own largest value. */
export function paintMaps(canvas, neurons, count, columns, rows, width, height, colours) {
  if (canvas.width !== width || canvas.height !== height * count) Object.assign(canvas, { width, height: height * count });
  if (!count) return;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height * count);
  const size = columns * rows;
  for (let k = 0; k < count; k++) {
    let largest = 1e-12;
    for (let at = k * size; at < (k + 1) * size; at++) largest = Math.max(largest, Math.abs(neurons[at]));
    for (let y = 0; y < height; y++) {
      const row = Math.round(((height - 1 - y) / (height - 1)) * (rows - 1));
      for (let x = 0; x < width; x++) {
        const column = Math.round((x / (width - 1)) * (columns - 1));
        shade(image.data, 4 * ((k * height + y) * width + x), neurons[k * size + row * columns + column] / largest, colours);
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * Line segments where the score crosses `level`, in grid coordinates [x1, y1, x2, y2, ...]. Each
 * square is cut into two triangles and the score in a triangle taken as linear, as charts.py does.
 */
export function contour(scores, columns, rows, level) {
  const segments = [];
  const ends = new Float64Array(4);
  const triangle = (ax, ay, a, bx, by, b, cx, cy, c) => {
    let n = 0;
    const side = (px, py, p, qx, qy, q) => {
      if ((p < level) === (q < level) || n > 2) return;
      const t = (level - p) / (q - p);
      ends[n++] = px + t * (qx - px);
      ends[n++] = py + t * (qy - py);
    };
    side(ax, ay, a, bx, by, b);
    side(bx, by, b, cx, cy, c);
    side(cx, cy, c, ax, ay, a);
    if (n === 4) segments.push(ends[0], ends[1], ends[2], ends[3]);
  };
  for (let y = 0; y + 1 < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      const at = y * columns + x;
      const a = scores[at], b = scores[at + 1], c = scores[at + columns], d = scores[at + columns + 1];
      const first = a < level;
      if ((b < level) === first && (c < level) === first && (d < level) === first) continue;
      triangle(x, y, a, x + 1, y, b, x, y + 1, c);
      triangle(x + 1, y, b, x, y + 1, c, x + 1, y + 1, d);
    }
  }
  return segments;
}

/** A window on the plane that holds all points, on a coarse grid so that it does not jitter. */
export function boundsFor(points, width, height) {
  let [x0, x1, y0, y1] = [-1, 1, -1, 1];
  if (points.length) {
    [x0, y0] = [Infinity, Infinity];
    [x1, y1] = [-Infinity, -Infinity];
    for (let k = 0; k < points.length; k += 3) {
      x0 = Math.min(x0, points[k]); x1 = Math.max(x1, points[k]);
      y0 = Math.min(y0, points[k + 1]); y1 = Math.max(y1, points[k + 1]);
    }
  }
  if (x0 === x1 && y0 === y1) [x0, x1, y0, y1] = [x0 - 1, x1 + 1, y0 - 1, y1 + 1]; // one place
  const unit = 2 ** Math.round(Math.log2(Math.max(x1 - x0, y1 - y0, 1e-6) / 6));
  const [left, right] = [Math.floor(x0 / unit - 0.3) * unit, Math.ceil(x1 / unit + 0.3) * unit];
  const [low, high] = [Math.floor(y0 / unit - 0.3) * unit, Math.ceil(y1 / unit + 0.3) * unit];
  const scale = Math.max((right - left) / width, (high - low) / height);
  const [cx, cy] = [(left + right) / 2, (low + high) / 2];
  return [cx - (scale * width) / 2, cx + (scale * width) / 2, cy - (scale * height) / 2, cy + (scale * height) / 2];
}
