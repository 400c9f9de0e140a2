// Numbers and text for figures, as strings: figures are drawn in the page and, at build time, in Node.

export const escaped = (text) => String(text).replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]);

/** A number for people: at most `digits` decimals, a real minus sign, no trailing noise. */
export function shown(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const rounded = size !== 0 && (size < 0.5 * 10 ** -digits || size >= 1e6) ? value.toExponential(2).replace("e+", "e") : String(+value.toFixed(digits));
  return rounded.replace("-", "−");
}

/** Fixed decimals, so that a number under a finger does not jump about. */
export const fixed = (value, digits = 2) => (Number.isFinite(value) ? (+value.toFixed(digits) || 0).toFixed(digits).replace("-", "−") : "–");

/** "At {x} ..." with the names filled in. */
export const filled = (template, names) => template.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(names, name) ? names[name] : all));

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The nearest step of a control that lies within its bounds. */
export function snapped(value, { min, max, step }) {
  const digits = (String(step).split(".")[1] ?? "").length;
  return +clamp(min + Math.round((value - min) / step) * step, min, max).toFixed(digits);
}

/** A scale from numbers to pixels. */
export function scale([low, high], [from, to]) {
  const place = (value) => from + ((value - low) / (high - low)) * (to - from);
  place.back = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  return place;
}

export const line = (points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Tick places: whole steps of 1, 2 or 5 times a power of ten, about `count` of them. */
export function ticks([low, high], count = 5) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(+(k * step).toPrecision(12));
  return found;
}

/** Axes with few ticks and names in words; the upright one's above it, or at its side. */
export function axes(x, y, [x0, x1], [y0, y1], { left, right, top, bottom, xName = "", yName = "", side = "" }) {
  const across = ticks([x0, x1]).map((at) => `<path class="grid" d="M${x(at).toFixed(1)} ${top}V${bottom}"/><text class="tick" x="${x(at).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${shown(at)}</text>`);
  const up = ticks([y0, y1], 4).map((at) => `<path class="grid" d="M${left} ${y(at).toFixed(1)}H${right}"/><text class="tick" x="${left - 6}" y="${(y(at) + 4).toFixed(1)}" text-anchor="end">${shown(at)}</text>`);
  const names = `<text class="axis" x="${right}" y="${bottom + 36}" text-anchor="end">${escaped(xName)}</text><text class="axis" x="${left}" y="${top - 8}">${escaped(yName)}</text>`
    + (side && `<text class="axis" x="${left - 8}" y="${top + 11}" text-anchor="end">${escaped(side)}</text>`); // a name within the margin, where the ticks leave room
  return across.join("") + up.join("") + names;
}
