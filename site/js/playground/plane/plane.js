// The plane: score as shade, boundary and margin lines, the points on top. Drawing only; fingers
// and keys are in plane-input.js. The same drawing code paints any canvas, for Compare and PNG.

import { color, sizeOf, textSize } from "../../shared/dom.js";
import { same } from "../state/state.js";
import { LEVELS, boundsFor, contour, paintShade, palette } from "../../shared/surface.js";

const RADIUS = 4.5;
const LEAST_UNIT = 1e-5, MOST_UNIT = 20; // of the plane, in a pixel

/** Draw a scene {points, bounds, surface, selected, empty, radius} in `width` x `height` CSS pixels. */
export function drawScene(context, { points, bounds, surface, selected = -1, empty, radius = RADIUS }, width, height, shadeCanvas) {
  const [x0, x1, y0, y1] = bounds;
  const px = (x) => ((x - x0) / (x1 - x0)) * width;
  const py = (y) => height - ((y - y0) / (y1 - y0)) * height;
  const paper = color("--paper"), ink = color("--ink"); // asked once: each question is of the page's styles
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  if (surface) {
    const { scores, columns, rows, fine, bounds: [sx0, sx1, sy0, sy1] } = surface;
    const dx = (px(sx1) - px(sx0)) / (columns - 1), dy = (py(sy0) - py(sy1)) / (rows - 1);
    if (shadeCanvas.painted !== surface || shadeCanvas.theme !== paper) {
      paintShade(shadeCanvas, scores, columns, rows, palette());
      shadeCanvas.painted = surface;
      shadeCanvas.theme = paper;
    }
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = fine ? "high" : "low"; // the better takes twice the time
    context.drawImage(shadeCanvas, px(sx0) - dx / 2, py(sy1) - dy / 2, dx * columns, dy * rows);
    context.strokeStyle = ink;
    context.lineCap = "round";
    surface.lines ??= LEVELS.map((level) => contour(scores, columns, rows, level));
    surface.lines.forEach((line, k) => {
      context.beginPath();
      for (let at = 0; at < line.length; at += 4) {
        context.moveTo(px(sx0) + line[at] * dx, py(sy0) - line[at + 1] * dy);
        context.lineTo(px(sx0) + line[at + 2] * dx, py(sy0) - line[at + 3] * dy);
      }
      context.lineWidth = LEVELS[k] === 0 ? 2.2 : 0.9;
      context.stroke();
    });
  } else { // an empty plane has its edge
    context.strokeStyle = color("--line");
    context.lineWidth = 1;
    context.strokeRect(0.5, 0.5, width - 1, height - 1);
  }
  if (empty) {
    context.fillStyle = color("--quiet");
    context.font = `${textSize(13)}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.fillText(empty, width / 2, 24);
  }
  drawAxes(context, bounds, px, py, width, height);
  const fills = { [-1]: color("--minus"), 1: color("--plus") };
  context.lineWidth = 1.2;
  for (let k = 0; k < points.length; k += 3) {
    const x = px(points[k]), y = py(points[k + 1]), label = points[k + 2];
    const here = k / 3 === selected, r = here ? radius + 2.5 : radius;
    context.beginPath();
    if (label < 0) context.arc(x, y, r, 0, 2 * Math.PI);
    else context.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
    context.fillStyle = fills[label] ?? fills[1];
    context.fill();
    context.strokeStyle = here ? ink : paper;
    context.lineWidth = here ? 2.5 : 1.2;
    context.stroke();
  }
}

function drawAxes(context, [x0, x1, y0, y1], px, py, width, height) {
  const unit = 10 ** Math.floor(Math.log10(x1 - x0));
  const stride = [0.1, 0.2, 0.5, 1, 2, 5].map((one) => one * unit).find((one) => (x1 - x0) / one <= 6) ?? unit;
  context.font = `${textSize(12)}px system-ui, sans-serif`;
  context.fillStyle = color("--ink");
  const label = (value) => String(+value.toPrecision(6)).replace("-", "−");
  context.textAlign = "center";
  for (let k = Math.ceil(x0 / stride); k * stride < x1; k++) {
    const x = px(k * stride);
    if (x > 30 && x < width - 16) context.fillText(label(k * stride), x, height - 5);
  }
  context.textAlign = "left";
  for (let k = Math.ceil(y0 / stride); k * stride < y1; k++) {
    const y = py(k * stride);
    if (y > 16 && y < height - 20) context.fillText(label(k * stride), 5, y + 4);
  }
}

export function createPlane(canvas) {
  const shadeCanvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let scene = null, size = [1, 1];
  let view = null; // what is held in sight: {x, y}, its middle, and the plane's units in a pixel
  const plane = {
    get size() { return size; },
    get scene() { return scene; },
    /** The examples that are drawn, as rows [x, y, label]. */
    rows() {
      const points = scene?.points ?? [];
      return Array.from({ length: points.length / 3 }, (_, k) => [...points.slice(3 * k, 3 * k + 3)]);
    },
    /** What is in sight: the part that is held, or all of these points. */
    bounds(points) {
      if (!view) return boundsFor(points, size[0], size[1]);
      const [across, up] = [(size[0] / 2) * view.unit, (size[1] / 2) * view.unit];
      return [view.x - across, view.x + across, view.y - up, view.y + up];
    },
    get held() { return view !== null; },
    /** Hold what is in sight, whatever becomes of the points. */
    hold() {
      if (view || !scene?.bounds) return;
      const [x0, x1, y0, y1] = scene.bounds;
      view = { x: (x0 + x1) / 2, y: (y0 + y1) / 2, unit: (x1 - x0) / size[0] };
    },
    /** Hold it so many times as large, the place under (x, y) where it is. */
    zoom(factor, x, y) {
      plane.hold();
      const unit = Math.min(MOST_UNIT, Math.max(LEAST_UNIT, view.unit * factor));
      const [dx, dy] = [x - size[0] / 2, size[1] / 2 - y];
      view = { x: view.x + dx * (view.unit - unit), y: view.y + dy * (view.unit - unit), unit };
    },
    /** Hold it moved by so many pixels. */
    pan(dx, dy) {
      plane.hold();
      view = { ...view, x: view.x - dx * view.unit, y: view.y + dy * view.unit };
    },
    /** All of the points again. */
    fit() { view = null; },
    draw(next) {
      scene = { ...scene, ...next };
      if (!scene.bounds) return;
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [Math.round(size[0] * ratio), Math.round(size[1] * ratio)];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawScene(context, scene, size[0], size[1], shadeCanvas);
    },
    /** Take the size that the page gives it; has that changed? */
    measure() {
      const before = size;
      size = sizeOf(canvas);
      // What was in sight stays so.
      if (view && before[0] > 1) view.unit *= Math.max(before[0] / size[0], before[1] / size[1]);
      return !same(size, before);
    },
    /** The picture on a context of one's own, as large as it is here. */
    drawOn(other) { drawScene(other, { ...scene, selected: -1 }, ...size, shadeCanvas); },
    /** From CSS pixels to the plane, and the nearest example within reach. */
    at(x, y) {
      const [x0, x1, y0, y1] = scene.bounds;
      return [x0 + (x / size[0]) * (x1 - x0), y1 - (y / size[1]) * (y1 - y0)];
    },
    toPixels(x, y) {
      const [x0, x1, y0, y1] = scene.bounds;
      return [((x - x0) / (x1 - x0)) * size[0], ((y1 - y) / (y1 - y0)) * size[1]];
    },
    nearest(x, y, reach) {
      let best = -1, least = reach * reach;
      const points = scene?.points ?? [];
      for (let k = 0; k < points.length; k += 3) {
        const [px, py] = plane.toPixels(points[k], points[k + 1]);
        const distance = (px - x) ** 2 + (py - y) ** 2;
        if (distance <= least) [best, least] = [k / 3, distance];
      }
      return best;
    },
    /** The example that is furthest on the wrong side, or nearest to it. */
    leastCertain() {
      let best = 0, least = Infinity;
      const points = scene?.points ?? [];
      for (let k = 0; k < points.length; k += 3) {
        const margin = points[k + 2] * plane.scoreAt(points[k], points[k + 1]);
        if (margin < least) [best, least] = [k / 3, margin];
      }
      return best;
    },
    /** The score under a place, between the grid's points; undefined outside. */
    scoreAt(x, y) {
      const surface = scene?.surface;
      if (!surface) return undefined;
      const { scores, columns, rows, bounds: [x0, x1, y0, y1] } = surface;
      const u = ((x - x0) / (x1 - x0)) * (columns - 1), v = ((y - y0) / (y1 - y0)) * (rows - 1);
      const [i, j] = [Math.floor(u), Math.floor(v)];
      if (i < 0 || j < 0 || i + 1 >= columns || j + 1 >= rows) return undefined;
      const [s, t] = [u - i, v - j], at = j * columns + i;
      return (1 - t) * ((1 - s) * scores[at] + s * scores[at + 1]) + t * ((1 - s) * scores[at + columns] + s * scores[at + columns + 1]);
    },
  };
  return plane;
}
