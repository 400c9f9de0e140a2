// A picture that is zoomed and panned: by wheel, drag and keys, through its viewBox.

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
  box.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, y: event.clientY, moved: 0, node: event.target.closest?.(".node") }; });
  box.addEventListener("pointermove", (event) => {
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
