// A graph of Values: numbers are dragged, values flow forward, gradients flow back. With
// `backward: true` the reverse pass is walked one node at a time. On a narrow page (`tall`) the graph
// runs from top to bottom, so that its numbers stay readable.

import { clamp, escaped, fixed, shown, snapped } from "./text.js";

const BOX = [104, 60], GAP = [44, 18], PAD = 12;
const LONGEST_HEAD = 15;

/** Ranks by distance from the output, and in each the order of the parents. */
function layout({ nodes, tall }) {
  const depth = nodes.map(() => 0);
  for (let at = nodes.length - 1; at >= 0; at--) for (const parent of nodes[at].parents) depth[parent] = Math.max(depth[parent], depth[at] + 1);
  const ranks = Math.max(...depth) + 1;
  const stacks = Array.from({ length: ranks }, () => []);
  const seen = new Set();
  const visit = (at) => {
    if (seen.has(at)) return;
    seen.add(at);
    nodes[at].parents.forEach(visit);
    stacks[ranks - 1 - depth[at]].push(at);
  };
  visit(nodes.length - 1);
  const most = Math.max(...stacks.map((stack) => stack.length));
  const [along, across] = tall ? [BOX[1], BOX[0]] : BOX; // a box's extent in the flow's direction, and the other
  const length = ranks * along + (ranks - 1) * GAP[0] + 2 * PAD;
  const breadth = most * across + (most - 1) * GAP[1] + 2 * PAD;
  const place = nodes.map(() => [0, 0]);
  stacks.forEach((stack, rank) => {
    const gap = (breadth - 2 * PAD - stack.length * across) / (stack.length + 1);
    stack.forEach((at, k) => {
      const [far, aside] = [PAD + rank * (along + GAP[0]), PAD + gap + k * (across + gap)];
      place[at] = tall ? [aside, far] : [far, aside];
    });
  });
  return tall ? { width: breadth, height: length, place } : { width: length, height: breadth, place };
}

/** From a box to the k-th of `count` places on the next one's side. */
function edgePath([x0, y0], [x1, y1], k, count, tall) {
  const share = (k + 1) / (count + 1);
  const [from, to] = tall ? [[x0 + BOX[0] / 2, y0 + BOX[1]], [x1 + BOX[0] * share, y1]] : [[x0 + BOX[0], y0 + BOX[1] / 2], [x1, y1 + BOX[1] * share]];
  const bend = tall ? [0, 22] : [22, 0];
  return `M${from.map(round).join(" ")}C${round(from[0] + bend[0])} ${round(from[1] + bend[1])} ${round(to[0] - bend[0])} ${round(to[1] - bend[1])} ${to.map(round).join(" ")}`;
}
const round = (number) => number.toFixed(1);

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
  size: (spec) => { const { width, height } = layout(spec); return [width, height]; },
  start: (spec) => ({ ...spec.start, ...(spec.backward ? { back: spec.nodes.length } : {}) }),
  controls(spec) {
    const steps = { label: "Steps of the backward pass", name: "back", min: 0, max: spec.nodes.length, step: 1 };
    const range = { min: -5, max: 5, step: 0.1, ...spec.range };
    return [...inputs(spec).map((name) => ({ name, label: name, ...range, ...spec.ranges?.[name] })), ...(spec.backward ? [steps] : [])];
  },

  draw(spec, state, { values, gradients }) {
    const { place } = layout(spec);
    const given = inputs(spec).map((name) => state[name]);
    const still = spec.nodes.slice(given.length).map(() => 0);
    const numbers = [values(...given)].flat();
    const slopes = gradients.both(...given, ...still).slice(1);
    const steps = state.back ?? spec.nodes.length;
    const told = known(spec.nodes, steps);
    const edges = spec.nodes.flatMap((node, at) => node.parents.map((parent, k) => {
      const live = told.has(at) && told.has(parent);
      const shut = live && node.op === "relu" && numbers[at] === 0;
      return `<path class="edge${live ? " live" : ""}${shut ? " shut" : ""}" d="${edgePath(place[parent], place[at], k, node.parents.length, spec.tall)}"/>`;
    }));
    const boxes = spec.nodes.map((node, at) => {
      const [x, y] = place[at];
      const input = at < given.length;
      const last = told.get(at) === steps - 1 && state.back !== undefined && steps < spec.nodes.length;
      const gradient = told.has(at) ? fixed(slopes[at], 2) : "?";
      const op = node.op === "leaf" ? "" : node.op;
      const head = node.label && op ? headOf(spec.nodes, node) : nameOf(node);
      return `<g class="node${input ? " input" : ""}${last ? " now" : ""}"${input ? ` data-handle="${escaped(node.label)}"` : ""} transform="translate(${round(x)} ${round(y)})">`
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
