// Paints the network: inputs left, output right, each neuron a map of what it says over the plane,
// each weight a line. Its width and colour are the weight's value, or the loss's gradient with
// respect to it. Drawing only, on any canvas, for the page and for SVG alike.

import { color, textSize } from "../../shared/dom.js";
import { paintMaps, palette } from "../../shared/surface.js";

const MAP = [24, 18]; // pixels of a neuron's map, before scaling

/** Where the parameters of layer k begin; each neuron holds its weights, then its bias. */
export function offsetsOf(sizes) {
  let at = 0;
  return sizes.slice(1).map((count, k) => { const start = at; at += count * (sizes[k] + 1); return start; });
}
/** The place among the parameters of weight i of neuron j in layer k; i = the layer's inputs: the bias. */
export const placeOf = (sizes, k, j, i) => offsetsOf(sizes)[k] + j * (sizes[k] + 1) + i;

/** How tall the diagram has to be for neurons that a finger can hit: 24 px each. */
export const heightFor = (sizes) => 28 + 24 * Math.max(16, ...sizes);

/** Each neuron's place, layer by layer, inputs first: {x, y, side}. */
export function layOut(sizes, [width, height]) {
  const gap = (width - 44) / Math.max(1, sizes.length - 1);
  return sizes.map((count, k) => {
    const pitch = Math.min(50, (height - 26) / count);
    const side = Math.max(5, Math.min(k ? 40 : 30, pitch - 3)); // an input has no map
    return Array.from({ length: count }, (_, j) => ({ x: 22 + gap * k, y: 20 + (height - 26) / 2 + (j - (count - 1) / 2) * pitch, side }));
  });
}

/**
 * Paint a scene {sizes, activations, numbers, surface} in these places. `numbers` are what the
 * lines show, one for each parameter, or null while they are not known; `focus` is a neuron
 * {layer, neuron} or a weight of it {layer, neuron, weight}; `atlas` a canvas that keeps the maps.
 */
export function drawNetwork(context, scene, places, focus, atlas) {
  drawLines(context, scene, places, focus);
  drawNeurons(context, scene, places, focus, atlas);
}

function drawLines(context, { sizes, numbers }, places, focus) {
  const minus = color("--minus"), plus = color("--plus"), unknown = color("--line");
  const offsets = offsetsOf(sizes);
  for (let k = 0; k + 1 < sizes.length; k++) {
    const value = (j, i) => numbers?.[offsets[k] + j * (sizes[k] + 1) + i] ?? NaN;
    let largest = 1e-300;
    for (let j = 0; j < sizes[k + 1]; j++) for (let i = 0; i < sizes[k]; i++) largest = Math.max(largest, Math.abs(value(j, i)) || 0);
    const widest = Math.min(4, 60 / (sizes[k] + 6)), faint = Math.min(0.3, 3 / sizes[k]);
    for (let j = 0; j < sizes[k + 1]; j++) {
      for (let i = 0; i < sizes[k]; i++) {
        const share = Math.abs(value(j, i)) / largest || 0;
        const on = focus && ((focus.layer === k + 1 && focus.neuron === j && (focus.weight === undefined || focus.weight === i)) || (focus.layer === k && focus.neuron === i && focus.weight === undefined));
        if (numbers && share < 0.02 && !on) continue;
        path(context, places[k][i], places[k + 1][j]);
        context.globalAlpha = on ? 1 : (focus ? 0.25 : 1) * (faint + (1 - faint) * share);
        context.strokeStyle = !numbers ? unknown : value(j, i) < 0 ? minus : plus;
        context.lineWidth = Math.max(on ? 1.5 : 0.4, widest * share);
        context.setLineDash(value(j, i) < 0 ? [5, 2.5] : []);
        context.stroke();
      }
    }
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function path(context, a, b) {
  const from = a.x + a.side / 2, to = b.x - b.side / 2, bend = (to - from) * 0.5;
  context.beginPath();
  context.moveTo(from, a.y);
  context.bezierCurveTo(from + bend, a.y, to - bend, b.y, to, b.y);
}

function drawNeurons(context, { sizes, activations, surface }, places, focus, atlas) {
  const [paper, ink, quiet, faint] = ["--paper", "--ink", "--quiet", "--faint"].map(color);
  const total = sizes.slice(1).reduce((a, b) => a + b, 0);
  if (surface && (atlas.painted !== surface || atlas.theme !== paper)) {
    paintMaps(atlas, surface.neurons, total, surface.columns, surface.rows, ...MAP, palette());
    atlas.painted = surface;
    atlas.theme = paper;
  }
  context.imageSmoothingEnabled = true;
  context.font = `${Math.min(15, textSize(12))}px system-ui, sans-serif`; // as much as has room above a column
  context.textAlign = "center";
  let n = 0;
  places.forEach((column, k) => {
    context.fillStyle = quiet;
    const title = k === 0 ? "inputs" : k === sizes.length - 1 ? "score" : `${sizes[k]} ${activations[k - 1]}`;
    context.fillText(title, column[0].x, 12);
    column.forEach(({ x, y, side }, j) => {
      const [left, top] = [x - side / 2, y - side / 2];
      if (k > 0 && surface) context.drawImage(atlas, 0, n++ * MAP[1], ...MAP, left, top, side, side);
      else { context.fillStyle = faint; context.fillRect(left, top, side, side); }
      if (k === 0) {
        context.fillStyle = ink;
        context.fillText(["x", "y"][j], x, y + 4);
      }
      const on = focus && focus.layer === k && focus.neuron === j;
      context.strokeStyle = on ? ink : quiet;
      context.lineWidth = on ? 2 : 0.75;
      context.strokeRect(left, top, side, side);
    });
  });
}

const REACH = 12; // on either side of a weight's line: 24 px, what a finger can hit

/** The neuron or weight under a place of the canvas, or null. Of several weights, the nearest. */
export function find(places, x, y) {
  for (const [layer, column] of places.entries()) {
    for (const [neuron, place] of column.entries()) {
      if (Math.abs(x - place.x) <= Math.max(REACH, place.side / 2) && Math.abs(y - place.y) <= place.side / 2 + 1.5) return { layer, neuron };
    }
  }
  let best = null, least = REACH;
  for (let k = 0; k + 1 < places.length; k++) {
    const [from, to] = [places[k][0].x + places[k][0].side / 2, places[k + 1][0].x - places[k + 1][0].side / 2];
    if (x < from || x > to) continue;
    const t = (x - from) / (to - from), ease = t * t * (3 - 2 * t);
    places[k].forEach((a, i) => places[k + 1].forEach((b, j) => {
      const distance = Math.abs(a.y + (b.y - a.y) * ease - y);
      if (distance < least) { least = distance; best = { layer: k + 1, neuron: j, weight: i }; }
    }));
  }
  return best;
}
