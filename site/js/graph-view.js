// A picture that is zoomed and panned, by wheel, buttons, two fingers, drag and keys: its viewBox.

import { button, make } from "./dom.js";

/** Show SVGs in `box`; `onNode(id)` hears of a click on a node. */
export function createGraphView(box, { onNode }) {
  let view = null, drag = null;
  const picture = () => box.querySelector("svg");
  const look = () => picture()?.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((v) => v.toFixed(2)).join(" "));

  function fit() {
    const drawn = picture();
    if (!drawn) return;
    const [, , width, height] = (drawn.dataset.whole ??= drawn.getAttribute("viewBox")).split(/[\s,]+/).map(Number);
    view = { x: 0, y: 0, width, height };
    look();
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
    fit,
    show(markup, label) {
      const drawn = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
      drawn.removeAttribute("width");
      drawn.removeAttribute("height");
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", label);
      box.replaceChildren(drawn);
      fit();
    },
    clear: () => box.replaceChildren(),
    markup: () => picture().outerHTML,
  };
}
