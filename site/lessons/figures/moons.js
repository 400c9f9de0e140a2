// Two moons under a noise that moves.

import { axes, escaped, filled, fixed } from "./text.js";
import { frame, plane, point } from "./plane-parts.js";

const W = 640, H = 372, BOX = { left: 44, top: 12, width: 580, height: 312 };
const BOUNDS = [-1.8, 2.8, -1.2, 1.275];

export default {
  size: [W, H],
  middle: () => [BOX.left, BOX.top, BOX.width, BOX.height],
  start: (spec) => ({ noise: spec.start }),
  controls: () => [{ name: "noise", label: "Noise", min: 0, max: 0.5, step: 0.01 }],
  draw(spec, { noise }, { places }) {
    const own = plane({ ...BOX, bounds: BOUNDS }), { x, y } = own;
    const numbers = places(noise);
    const inside = (px, py) => px > BOUNDS[0] && px < BOUNDS[1] && py > BOUNDS[2] && py < BOUNDS[3];
    const marks = spec.labels.map((label, at) => [numbers[2 * at], numbers[2 * at + 1], label]).filter(([px, py]) => inside(px, py)).map(([px, py, label]) => point(x(px), y(py), label, { radius: 5 }));
    const svg = axes(x, y, BOUNDS.slice(0, 2), BOUNDS.slice(2), { left: BOX.left, right: BOX.left + BOX.width, top: BOX.top, bottom: BOX.top + BOX.height, xName: "x", side: "y" }) + frame(own) + marks.join("");
    return { svg, readout: escaped(filled(spec.readout, { noise: fixed(noise), count: spec.labels.length })), values: [...numbers] };
  },
  drag: () => ({}),
};
