// A graph of Values: numbers are dragged, values flow forward, gradients flow back. With
// `backward: true` the reverse pass is walked one node at a time.

import { clamp, escaped, fixed, shown, snapped } from "./text.js";

const BOX = [104, 60], GAP = [44, 18], PAD = 12;
const LONGEST_HEAD = 15;

/** Columns by distance from the output, rows in the order of the parents. */
function layout(nodes) {
  const depth = nodes.map(() => 0);
  for (let at = nodes.length - 1; at >= 0; at--) for (const parent of nodes[at].parents) depth[parent] = Math.max(depth[parent], depth[at] + 1);
  const columns = Math.max(...depth) + 1;
  const stacks = Array.from({ length: columns }, () => []);
  const seen = new Set();
  const visit = (at) => {
    if (seen.has(at)) return;
    seen.add(at);
    nodes[at].parents.forEach(visit);
    stacks[columns - 1 - depth[at]].push(at);
  };
  visit(nodes.length - 1);
  const tallest = Math.max(...stacks.map((stack) => stack.length));
  const width = columns * BOX[0] + (columns - 1) * GAP[0] + 2 * PAD;
  const height = tallest * BOX[1] + (tallest - 1) * GAP[1] + 2 * PAD;
  const place = nodes.map(() => [0, 0]);
  stacks.forEach((stack, column) => {
    const free = height - 2 * PAD - stack.length * BOX[1];
    const gap = free / (stack.length + 1);
    stack.forEach((at, row) => { place[at] = [PAD + column * (BOX[0] + GAP[0]), PAD + gap + row * (BOX[1] + gap)]; });
  });
  return { width, height, place };
}

const inputs = (spec) => Object.keys(spec.start);

/** Which gradients are known after `count` steps of the reverse pass, the output's being the first. */
function known(nodes, count) {
  const order = [];
  const users = nodes.map(() => 0);
  nodes.forEach((node) => node.parents.forEach((parent) => users[parent]++));
  const ready = [nodes.length - 1];
  while (ready.length) {
    const at = ready.shift();
    order.push(at);
    for (const parent of nodes[at].parents) if (--users[parent] === 0) ready.push(parent);
  }
  return new Map(order.slice(0, count).map((at, k) => [at, k]));
}

const nameOf = (node) => node.label || (node.op === "leaf" ? "number" : `${node.op}`);

/** "d = a * b", where the names fit into the box. */
function headOf(nodes, { label, op, parents }) {
  const names = parents.map((parent) => nodes[parent].label);
  const written = names.length === 2 ? names.join(` ${op} `) : `${op}(${names[0]})`;
  const whole = `${label} = ${written}`;
  return names.every(Boolean) && whole.length <= LONGEST_HEAD ? whole : `${label} = ${op}`;
}

export default {
  size: (spec) => { const { width, height } = layout(spec.nodes); return [width, height]; },
  start: (spec) => ({ ...spec.start, ...(spec.backward ? { back: spec.nodes.length } : {}) }),
  controls(spec) {
    const steps = { label: "Steps of the backward pass", name: "back", min: 0, max: spec.nodes.length, step: 1 };
    const range = { min: -5, max: 5, step: 0.1, ...spec.range };
    return [...inputs(spec).map((name) => ({ name, label: name, ...range, ...spec.ranges?.[name] })), ...(spec.backward ? [steps] : [])];
  },

  draw(spec, state, { values, gradients }) {
    const { place } = layout(spec.nodes);
    const given = inputs(spec).map((name) => state[name]);
    const still = spec.nodes.slice(given.length).map(() => 0);
    const numbers = [values(...given)].flat();
    const slopes = gradients.both(...given, ...still).slice(1);
    const steps = state.back ?? spec.nodes.length;
    const told = known(spec.nodes, steps);
    const edges = spec.nodes.flatMap((node, at) => node.parents.map((parent, k) => {
      const [x0, y0] = [place[parent][0] + BOX[0], place[parent][1] + BOX[1] / 2];
      const [x1, y1] = [place[at][0], place[at][1] + (BOX[1] * (k + 1)) / (node.parents.length + 1)];
      const live = told.has(at) && told.has(parent);
      const shut = live && node.op === "relu" && numbers[at] === 0;
      return `<path class="edge${live ? " live" : ""}${shut ? " shut" : ""}" d="M${x0} ${y0.toFixed(1)}C${x0 + 22} ${y0.toFixed(1)} ${x1 - 22} ${y1.toFixed(1)} ${x1} ${y1.toFixed(1)}"/>`;
    }));
    const boxes = spec.nodes.map((node, at) => {
      const [x, y] = place[at];
      const input = at < given.length;
      const last = told.get(at) === steps - 1 && state.back !== undefined && steps < spec.nodes.length;
      const gradient = told.has(at) ? fixed(slopes[at], 2) : "?";
      const op = node.op === "leaf" ? "" : node.op;
      const head = node.label && op ? headOf(spec.nodes, node) : nameOf(node);
      return `<g class="node${input ? " input" : ""}${last ? " now" : ""}"${input ? ` data-handle="${escaped(node.label)}"` : ""} transform="translate(${x} ${y.toFixed(1)})">`
        + `<rect width="${BOX[0]}" height="${BOX[1]}" rx="6"/><text class="name" x="8" y="16">${escaped(head)}</text>`
        + `<text class="value" x="${BOX[0] - 8}" y="34" text-anchor="end">${shown(numbers[at], 3)}</text>`
        + `<text class="grad" x="8" y="52">grad</text><text class="grad" x="${BOX[0] - 8}" y="52" text-anchor="end">${gradient}</text></g>`;
    });
    const out = spec.nodes.at(-1);
    const parts = inputs(spec).map((name, at) => `${name} = ${shown(state[name])} with gradient ${told.has(at) ? fixed(slopes[at]) : "not known yet"}`);
    return {
      svg: edges.join("") + boxes.join(""),
      readout: `${escaped(out.label || "output")} = ${shown(numbers.at(-1))}. ${escaped(parts.join("; "))}.`,
      values: [...numbers, ...slopes],
    };
  },

  drag(spec, state, handle, px, py, from) {
    const control = this.controls(spec).find(({ name }) => name === handle);
    if (!control) return {};
    const moved = (px - from.x - (py - from.y)) / 160;
    return { [handle]: snapped(clamp(from.state[handle] + moved * (control.max - control.min), control.min, control.max), control) };
  },
};
