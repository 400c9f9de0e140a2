// From a grid of scores to a picture: shade through the page's own background, and the lines where
// the score is -1, 0 and 1.

import { rgb } from "./dom.js";

export const LEVELS = [-1, 0, 1];
const REACH = 2; // scores beyond -2 and 2 look the same
const SIDE = 256; // shades on either side of the page's background

let colours = "", table = null;

/** The shades' pixels for values from -1 (the first) over 0 (the page's background) to 1 (the last). */
export function palette() {
  const [minus, paper, plus] = ["--minus-shade", "--paper", "--plus-shade"].map(rgb);
  const now = [minus, paper, plus].join();
  if (now === colours) return table;
  colours = now;
  table = new Uint32Array(2 * SIDE + 1);
  const bytes = new Uint8ClampedArray(table.buffer).fill(255);
  for (let k = -SIDE; k <= SIDE; k++) {
    const share = Math.abs(k) / SIDE, end = k < 0 ? minus : plus;
    for (let channel = 0; channel < 3; channel++) {
      bytes[4 * (k + SIDE) + channel] = paper[channel] + share * (end[channel] - paper[channel]);
    }
  }
  return table;
}

/** Where a value has its shade; what lies beyond -1 and 1 has the outermost. */
const placeOf = (value) => Math.round(SIDE + SIDE * Math.max(-1, Math.min(1, value)));

/** An empty image as large as the canvas is to be, and its pixels as numbers. */
function imageFor(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  return { pixels: new Uint32Array(image.data.buffer), put: () => context.putImageData(image, 0, 0) };
}

/** Paint scores (row 0 at the bottom) on a canvas of one pixel for each grid point. */
export function paintShade(canvas, scores, columns, rows, shades) {
  const { pixels, put } = imageFor(canvas, columns, rows);
  for (let row = 0; row < rows; row++) {
    const line = (rows - 1 - row) * columns, from = row * columns;
    for (let column = 0; column < columns; column++) {
      pixels[line + column] = shades[placeOf(scores[from + column] / REACH)];
    }
  }
  put();
}

/** Each neuron's map at `width` x `height`, one below the other, each by its own largest value. */
export function paintMaps(canvas, neurons, count, columns, rows, width, height, shades) {
  if (!count) return;
  const { pixels, put } = imageFor(canvas, width, height * count);
  const columnOf = Int32Array.from({ length: width }, (_, x) => Math.round((x / (width - 1)) * (columns - 1)));
  const size = columns * rows;
  for (let k = 0; k < count; k++) {
    let largest = 1e-12;
    for (let at = k * size; at < (k + 1) * size; at++) largest = Math.max(largest, Math.abs(neurons[at]));
    for (let y = 0; y < height; y++) {
      const from = k * size + Math.round(((height - 1 - y) / (height - 1)) * (rows - 1)) * columns;
      const line = (k * height + y) * width;
      for (let x = 0; x < width; x++) {
        pixels[line + x] = shades[placeOf(neurons[from + columnOf[x]] / largest)];
      }
    }
  }
  put();
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
