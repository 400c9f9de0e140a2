// A picture that is zoomed and panned, by wheel, buttons, two fingers, drag and keys: its viewBox.

import { button, make } from "../../shared/dom.js";

const LEAST = 11 / 12; // pixels for a unit: the text, 12 units high, can be read
const MARGIN = 24; // around what is brought into view, in the picture's units

/** Show SVGs in `box`; `onNode(id)` hears of a click on a node. */
export function createGraphView(box, { onNode }) {
  let view = null, drag = null;
  let markup = "", latest = []; // the picture as it was drawn; what was last looked at
  const picture = () => box.querySelector("svg");
  const look = () => picture()?.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((v) => v.toFixed(2)).join(" "));

  const wholeOf = (drawn) => (drawn.dataset.whole ??= drawn.getAttribute("viewBox")).split(/[\s,]+/).map(Number);
  function fit() {
    const drawn = picture();
    if (!drawn) return;
    const [, , width, height] = wholeOf(drawn);
    view = { x: 0, y: 0, width, height };
    look();
  }
  /** How many pixels a unit of the picture takes: its text is 12 units high. */
  const scaleOf = ({ width, height }) => Math.min(box.clientWidth / width, box.clientHeight / height);
  /** Where these boxes are, in the picture's units. */
  function areaOf(ids) {
    const drawn = picture();
    const { e, f } = drawn.querySelector("g").transform.baseVal.consolidate().matrix;
    const areas = ids.map((id) => drawn.getElementById(id)?.getBBox()).filter(Boolean);
    if (!areas.length) return null;
    const [left, top] = [Math.min(...areas.map(({ x }) => x)), Math.min(...areas.map(({ y }) => y))];
    const [right, bottom] = [Math.max(...areas.map(({ x, width }) => x + width)), Math.max(...areas.map(({ y, height }) => y + height))];
    return { left: left + e, right: right + e, top: top + f, bottom: bottom + f };
  }
  /** Readable: all of it if its text stays large enough, else as much as there is room for, around
   * these; and if they do not fit either, around the last of them, where their way back begins. */
  function open(ids) {
    fit();
    if (!view || !box.clientWidth || scaleOf(view) >= LEAST) return;
    const [, , ...whole] = wholeOf(picture()), room = [box.clientWidth, box.clientHeight];
    const [area, last] = [areaOf(ids), areaOf(ids.slice(-1))];
    const along = ([low, high], at) => {
      if (whole[at] < room[at]) return (whole[at] - room[at]) / 2;
      const fits = area[high] - area[low] <= room[at] - 2 * MARGIN;
      const from = fits ? (area[low] + area[high] - room[at]) / 2 : at === 0 ? last[high] + MARGIN - room[0] : (last[low] + last[high] - room[1]) / 2;
      return Math.max(0, Math.min(whole[at] - room[at], from));
    };
    if (!area) return;
    view = { x: along(["left", "right"], 0), y: along(["top", "bottom"], 1), width: room[0], height: room[1] };
    look();
  }
  /** Bring these into view, as little moved as can be; nothing is zoomed but what is too small to read. */
  function reveal(ids) {
    const area = picture() && areaOf(ids);
    if (!area || !box.clientWidth) return;
    const scale = scaleOf(view);
    if (scale < LEAST) return open(ids);
    const room = { width: box.clientWidth / scale, height: box.clientHeight / scale };
    const [left, top] = [view.x + (view.width - room.width) / 2, view.y + (view.height - room.height) / 2];
    const shift = (low, high, from, size) => (high + MARGIN > from + size ? high + MARGIN - from - size : low - MARGIN < from ? low - MARGIN - from : 0);
    pan(shift(area.left, area.right, left, room.width), shift(area.top, area.bottom, top, room.height));
  }
  function zoom(by, u = 0.5, v = 0.5) {
    if (!view) return;
    view = { x: view.x + view.width * u * (1 - by), y: view.y + view.height * v * (1 - by), width: view.width * by, height: view.height * by };
    look();
  }
  const pan = (dx, dy) => { if (view) { view.x += dx; view.y += dy; look(); } };

  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const rect = box.getBoundingClientRect();
    zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), (event.clientX - rect.left) / rect.width, (event.clientY - rect.top) / rect.height);
  }, { passive: false });
  const step = (text, label, act) => button(text, act, { "aria-label": label, title: label });
  box.after(make("div", { class: "zoom" }, step("+", "Zoom in", () => zoom(0.7)), step("−", "Zoom out", () => zoom(1 / 0.7)), step("fit", "Fit the graph", fit)));

  // More room or less shows more or less of it, as large as before; what was whole stays whole.
  let room = [0, 0];
  new ResizeObserver(() => {
    const [before, now] = [room, [box.clientWidth, box.clientHeight]];
    room = now;
    if (!picture() || !now[0] || !before[0] || String(before) === String(now)) return;
    const [, , width, height] = wholeOf(picture());
    if (view.x === 0 && view.y === 0 && view.width === width && view.height === height) return open(latest);
    const scale = Math.min(before[0] / view.width, before[1] / view.height), [wide, high] = now.map((size) => size / scale);
    view = { x: view.x + (view.width - wide) / 2, y: view.y + (view.height - high) / 2, width: wide, height: high };
    look();
  }).observe(box);

  const fingers = new Map();
  /** Two fingers: how far apart, and between them. */
  function pinch() {
    const [a, b] = [...fingers.values()], rect = box.getBoundingClientRect();
    return { span: Math.hypot(a.x - b.x, a.y - b.y), u: ((a.x + b.x) / 2 - rect.left) / rect.width, v: ((a.y + b.y) / 2 - rect.top) / rect.height };
  }
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) box.addEventListener(end, (event) => fingers.delete(event.pointerId));
  box.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    drag = { x: event.clientX, y: event.clientY, moved: 0, node: event.target.closest?.(".node") };
  });
  box.addEventListener("pointermove", (event) => {
    if (fingers.size === 2 && fingers.has(event.pointerId)) {
      const before = pinch();
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const { span, u, v } = pinch();
      drag = null;
      return zoom(before.span / Math.max(1, span), u, v);
    }
    if (!drag || !event.buttons || !view) return;
    const scale = Math.max(view.width / box.clientWidth, view.height / box.clientHeight);
    pan((drag.x - event.clientX) * scale, (drag.y - event.clientY) * scale);
    drag.moved += Math.abs(drag.x - event.clientX) + Math.abs(drag.y - event.clientY);
    [drag.x, drag.y] = [event.clientX, event.clientY];
  });
  box.addEventListener("pointerup", () => {
    const id = drag && drag.moved < 5 && drag.node?.id;
    drag = null;
    if (id) onNode(id);
  });
  box.addEventListener("keydown", (event) => {
    const unit = (view?.width ?? 0) / 10;
    const act = new Map([["+", () => zoom(0.8)], ["=", () => zoom(0.8)], ["-", () => zoom(1.25)], ["0", fit],
      ["ArrowLeft", () => pan(-unit, 0)], ["ArrowRight", () => pan(unit, 0)], ["ArrowUp", () => pan(0, -unit)], ["ArrowDown", () => pan(0, unit)]]).get(event.key);
    if (act) { act(); event.preventDefault(); }
  });
  return {
    reveal,
    /** There is more room, or less: what was opened last is readable again. */
    again: () => open(latest),
    /** Show a picture: around these boxes, or with `keep` where the one before it was looked at. */
    show(drawing, label, { around = [], keep = false } = {}) {
      const before = keep && picture() ? wholeOf(picture()).join() : null, place = view;
      const drawn = new DOMParser().parseFromString(drawing, "image/svg+xml").documentElement;
      [markup, latest] = [drawing, around.length ? around : latest];
      drawn.removeAttribute("width");
      drawn.removeAttribute("height");
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", label);
      box.replaceChildren(drawn);
      if (before !== wholeOf(drawn).join()) return open(around);
      view = place;
      look();
    },
    /** Where a walk is: the box it has come to, those whose gradient is not known yet, the ways it came. */
    mark(now, unknown, ways) {
      for (const node of box.querySelectorAll(".node, .edge")) {
        node.classList.toggle("now", node.id === now || ways.has(node.id));
        node.classList.toggle("unknown", unknown.has(node.id));
        const grad = node.classList.contains("node") && [...node.querySelectorAll("text")].at(-1);
        if (grad) grad.textContent = unknown.has(node.id) ? "grad ?" : (grad.dataset.known ??= grad.textContent);
      }
    },
    clear() { box.replaceChildren(); view = null; },
    markup: () => markup,
  };
}
