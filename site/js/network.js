// The network as a diagram: inputs left, output right, each neuron a map of what it says over the
// plane, each weight a line whose width and colour are its value at the step shown.

import { color, setText, shown } from "./dom.js";
import { paintMaps, palette } from "./surface.js";

const MAP = [24, 18]; // pixels of a neuron's map, before scaling

export function createNetwork(canvas, readout) {
  const context = canvas.getContext("2d");
  const atlas = document.createElement("canvas");
  let scene = null, places = [], size = [1, 1], focus = null, offsets = [];

  /** Where the parameters of layer k begin; each neuron holds its weights, then its bias. */
  const offsetsOf = (sizes) => {
    let at = 0;
    return sizes.slice(1).map((count, k) => { const start = at; at += count * (sizes[k] + 1); return start; });
  };
  const weight = (k, j, i) => scene.parameters[offsets[k] + j * (scene.sizes[k] + 1) + i];
  const bias = (k, j) => weight(k, j, scene.sizes[k]);

  function layOut() {
    const [width, height] = size, { sizes } = scene;
    const gap = (width - 44) / Math.max(1, sizes.length - 1);
    places = sizes.map((count, k) => {
      const pitch = Math.min(38, (height - 26) / count);
      const side = Math.max(5, Math.min(30, pitch - 3));
      return Array.from({ length: count }, (_, j) => ({ x: 22 + gap * k, y: 20 + (height - 26) / 2 + (j - (count - 1) / 2) * pitch, side }));
    });
  }

  function drawWeights() {
    const { sizes } = scene, minus = color("--minus"), plus = color("--plus");
    for (let k = 0; k + 1 < sizes.length; k++) {
      let largest = 1e-9;
      for (let j = 0; j < sizes[k + 1]; j++) for (let i = 0; i < sizes[k]; i++) largest = Math.max(largest, Math.abs(weight(k, j, i)));
      const widest = Math.min(4, 60 / (sizes[k] + 6)), faint = Math.min(0.3, 3 / sizes[k]);
      for (let j = 0; j < sizes[k + 1]; j++) {
        for (let i = 0; i < sizes[k]; i++) {
          const value = weight(k, j, i), share = Math.abs(value) / largest;
          const on = focus && ((focus.layer === k + 1 && focus.neuron === j && (focus.weight === undefined || focus.weight === i)) || (focus.layer === k && focus.neuron === i && focus.weight === undefined));
          if (share < 0.02 && !on) continue;
          line(places[k][i], places[k + 1][j]);
          context.globalAlpha = on ? 1 : (focus ? 0.25 : 1) * (faint + (1 - faint) * share);
          context.strokeStyle = value < 0 ? minus : plus;
          context.lineWidth = Math.max(on ? 1.5 : 0.4, widest * share);
          context.setLineDash(value < 0 ? [5, 2.5] : []);
          context.stroke();
        }
      }
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }
  function line(a, b) {
    const from = a.x + a.side / 2, to = b.x - b.side / 2, bend = (to - from) * 0.5;
    context.beginPath();
    context.moveTo(from, a.y);
    context.bezierCurveTo(from + bend, a.y, to - bend, b.y, to, b.y);
  }

  function drawNeurons() {
    const { sizes, surface } = scene;
    const total = sizes.slice(1).reduce((a, b) => a + b, 0);
    if (surface && (atlas.painted !== surface || atlas.theme !== color("--paper"))) {
      paintMaps(atlas, surface.neurons, total, surface.columns, surface.rows, ...MAP, palette());
      atlas.painted = surface;
      atlas.theme = color("--paper");
    }
    context.imageSmoothingEnabled = true;
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center";
    let n = 0;
    places.forEach((column, k) => {
      context.fillStyle = color("--quiet");
      const title = k === 0 ? "inputs" : k === sizes.length - 1 ? "score" : `${sizes[k]} ${scene.activations[k - 1]}`;
      context.fillText(title, column[0].x, 11);
      column.forEach(({ x, y, side }, j) => {
        const [left, top] = [x - side / 2, y - side / 2];
        if (k > 0 && surface) context.drawImage(atlas, 0, n++ * MAP[1], ...MAP, left, top, side, side);
        else { context.fillStyle = color("--faint"); context.fillRect(left, top, side, side); }
        if (k === 0) {
          context.fillStyle = color("--ink");
          context.fillText(["x", "y"][j], x, y + 4);
        }
        const on = focus && focus.layer === k && focus.neuron === j;
        context.strokeStyle = on ? color("--ink") : color("--quiet");
        context.lineWidth = on ? 2 : 0.75;
        context.strokeRect(left, top, side, side);
      });
    });
  }

  const label = (layer, neuron) => (layer === 0 ? `input ${["x", "y"][neuron]}` : layer === scene.sizes.length - 1 ? "the score" : `neuron ${neuron + 1} of hidden layer ${layer}`);
  function describe() {
    if (!scene || !focus) return setText(readout, "Point at a neuron or a weight to read it. Arrow keys work too; W walks its weights.");
    const { layer, neuron, weight: at } = focus;
    if (at !== undefined) return setText(readout, `Weight from ${label(layer - 1, at)} to ${label(layer, neuron)}: ${shown(weight(layer - 1, neuron, at), 6)} at step ${scene.step}.`);
    if (layer === 0) return setText(readout, `Input ${["x", "y"][neuron]}: the point’s ${neuron ? "height" : "place from left to right"}.`);
    const count = scene.sizes[layer - 1];
    let text = `${label(layer, neuron)}: bias ${shown(bias(layer - 1, neuron), 6)}, ${count} weights`;
    if (count <= 2) text += ` ${Array.from({ length: count }, (_, i) => shown(weight(layer - 1, neuron, i), 4)).join(", ")}`;
    setText(readout, `${text[0].toUpperCase()}${text.slice(1)}, at step ${scene.step}.`);
  }
  function setFocus(next) {
    if (JSON.stringify(next) === JSON.stringify(focus)) return;
    focus = next;
    draw({});
  }

  function find(x, y) {
    for (const [layer, column] of places.entries()) {
      for (const [neuron, place] of column.entries()) {
        if (Math.abs(x - place.x) <= Math.max(12, place.side / 2) && Math.abs(y - place.y) <= place.side / 2 + 1.5) return { layer, neuron };
      }
    }
    let best = null, least = 5;
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
  canvas.addEventListener("pointermove", (event) => {
    if (!scene) return;
    const box = canvas.getBoundingClientRect();
    setFocus(find(event.clientX - box.left, event.clientY - box.top));
  });
  canvas.addEventListener("pointerleave", () => setFocus(null));
  canvas.addEventListener("blur", () => setFocus(null));
  canvas.addEventListener("focus", () => { if (scene && !focus && canvas.matches(":focus-visible")) setFocus({ layer: 1, neuron: 0 }); });
  canvas.addEventListener("keydown", (event) => {
    if (!scene) return;
    const { layer, neuron, weight: at } = focus ?? { layer: 0, neuron: 0 };
    const { sizes } = scene, wrap = (n, count) => (n + count) % count;
    const to = (nextLayer) => ({ layer: nextLayer, neuron: Math.min(neuron, sizes[nextLayer] - 1) });
    const moves = new Map([
      ["ArrowUp", () => ({ layer, neuron: wrap(neuron - 1, sizes[layer]) })],
      ["ArrowDown", () => ({ layer, neuron: wrap(neuron + 1, sizes[layer]) })],
      ["ArrowLeft", () => to(Math.max(0, layer - 1))],
      ["ArrowRight", () => to(Math.min(sizes.length - 1, layer + 1))],
      ["w", () => (layer === 0 ? { layer: 1, neuron: 0, weight: 0 } : { layer, neuron, weight: wrap((at ?? -1) + (event.shiftKey ? -1 : 1), sizes[layer - 1]) })],
      ["Escape", () => null],
    ]);
    const move = moves.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!move) return;
    setFocus(move());
    event.preventDefault();
  });

  function draw(next) {
    scene = { ...scene, ...next };
    if (!scene.sizes) return;
    offsets = offsetsOf(scene.sizes);
    if (focus && !(focus.layer < scene.sizes.length && focus.neuron < scene.sizes[focus.layer] && (focus.weight ?? 0) < scene.sizes[focus.layer - 1 < 0 ? 0 : focus.layer - 1])) focus = null;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = size.map((one) => Math.round(one * ratio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, ...size);
    layOut();
    drawWeights();
    drawNeurons();
    describe();
    canvas.setAttribute("aria-label", `The network: ${scene.sizes.join(", ")}. Arrow keys walk through its neurons, W through a neuron’s weights.`);
  }
  return {
    draw,
    measure() { size = [Math.max(1, canvas.clientWidth), Math.max(1, canvas.clientHeight)]; },
  };
}
