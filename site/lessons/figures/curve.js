// A curve and a point on it that is dragged: its height, its gradient, the tangent. The other
// arguments of the function are sliders or choices beside it.

import { axes, escaped, filled, fixed, line, scale, shown, snapped } from "./text.js";

const W = 640, H = 320, LEFT = 48, RIGHT = 624, TOP = 32, BOTTOM = 276;
const SAMPLES = 160;
const NUMBER = 190; // how wide "gradient -1.00" is in a phone's large letters

const scales = ({ x, y }) => [scale([x.min, x.max], [LEFT, RIGHT]), scale([y.min, y.max], [BOTTOM, TOP])];
const others = (spec, state) => (spec.parameters ?? []).map(({ name }) => state[name]);

export default {
  size: [W, H],
  start: (spec) => ({ x: spec.x.start, ...Object.fromEntries((spec.parameters ?? []).map(({ name, start }) => [name, start])) }),
  controls: (spec) => [{ name: "x", ...spec.x, label: spec.x.label }, ...(spec.parameters ?? [])],

  draw(spec, state, { f }) {
    const [x, y] = scales(spec);
    const more = others(spec, state);
    const points = [];
    for (let k = 0; k <= SAMPLES; k++) {
      const at = spec.x.min + ((spec.x.max - spec.x.min) * k) / SAMPLES;
      const height = f(at, ...more);
      if (height >= spec.y.min - 4 && height <= spec.y.max + 4) points.push([x(at), y(height)]);
    }
    const [height, gradient] = f.both(state.x, ...more);
    const reach = (spec.x.max - spec.x.min) / 6 / Math.hypot(1, gradient / 3);
    const tangent = [-reach, reach].map((d) => [x(state.x + d), y(height + d * gradient)]);
    const [px, py] = [x(state.x), y(height)];
    const names = { x: fixed(state.x), y: fixed(height), g: fixed(gradient), ...Object.fromEntries((spec.parameters ?? []).map(({ name }) => [name, shown(state[name])])) };
    // Its number stands where the tangent does not (that climbs to the right, or falls), and within the picture.
    const toLeft = (gradient > 0.005 || px > RIGHT - NUMBER) && px - NUMBER > LEFT;
    const says = spec.says?.[Math.abs(gradient) < 0.005 ? "zero" : gradient > 0 ? "positive" : "negative"] ?? "";
    const svg = axes(x, y, [spec.x.min, spec.x.max], [spec.y.min, spec.y.max], { left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM, xName: spec.x.label, yName: spec.y.label })
      + `<clipPath id="${spec.id}-clip"><path d="M${LEFT} ${TOP - 6}H${RIGHT}V${BOTTOM + 2}H${LEFT}z"/></clipPath><g clip-path="url(#${spec.id}-clip)"><path class="curve" d="${line(points)}"/>`
      + `<path class="tangent" d="${line(tangent)}"/></g><path class="drop" d="M${px.toFixed(1)} ${py.toFixed(1)}V${BOTTOM}"/>`
      + `<circle class="handle" data-handle="x" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="11"/>`
      + `<text class="label accent"${toLeft ? ' text-anchor="end"' : ""} x="${(toLeft ? px - 14 : px + 14).toFixed(1)}" y="${Math.max(py - 16, TOP + 8).toFixed(1)}">gradient ${names.g}</text>`;
    return { svg, readout: escaped(filled(spec.readout, names)) + (says ? ` <b>${escaped(says)}</b>` : ""), values: [height, gradient] };
  },

  drag(spec, state, handle, px) {
    return { x: snapped(scales(spec)[0].back(px), spec.x) };
  },
};
