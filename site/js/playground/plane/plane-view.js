// Which part of the plane is in sight: the wheel and two fingers zoom it, a drag of the ground moves
// it, so do keys, and Fit shows all points again. Nothing else moves it while you place points.

import { $, button } from "../../shared/dom.js";
import { framed } from "../../shared/host-page.js";

const STEP = 1.25; // of a key
const MOVED = 3; // pixels that make a drag of a click

export function planeView(canvas, { plane, again }) {
  const fit = button("Fit", () => {
    plane.fit();
    redraw();
    canvas.focus();
  }, { id: "plane-fit", class: "fit", hidden: true, title: "Show all points again (0)" });
  $("plane").firstElementChild.append(fit);
  let dataset;

  function redraw() {
    fit.hidden = !plane.held;
    if (!plane.scene?.bounds) return;
    plane.draw({ bounds: plane.bounds(plane.scene.points) });
    again();
  }
  function zoom(factor, x, y) {
    if (!plane.scene?.bounds) return;
    plane.zoom(factor, x, y);
    redraw();
  }
  const place = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  };

  // Where the wheel moves a page, it does so here too, and zooms with the control key: that is also
  // what two fingers on a touchpad send.
  const scrolls = () => framed || document.documentElement.scrollHeight > innerHeight + 1;
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && scrolls()) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 20;
    const turned = Math.max(-200, Math.min(200, lines));
    zoom(2 ** (turned / (event.ctrlKey ? 80 : 300)), ...place(event));
  }, { passive: false });

  const fingers = new Map();
  const span = ([[ax, ay], [bx, by]]) => ({ size: Math.max(1, Math.hypot(ax - bx, ay - by)), x: (ax + bx) / 2, y: (ay + by) / 2 });
  let ground = null; // a mouse drag: where it was last, and whether it has become one
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, place(event));
    else if (event.button === 0 && plane.scene?.bounds && plane.nearest(...place(event), 14) < 0) ground = { at: place(event), moving: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    const now = place(event);
    if (ground && event.pointerType !== "touch") {
      const [dx, dy] = [now[0] - ground.at[0], now[1] - ground.at[1]];
      if (!ground.moving && Math.hypot(dx, dy) <= MOVED) return;
      if (!ground.moving) canvas.setPointerCapture(event.pointerId);
      ground = { at: now, moving: true };
      plane.pan(dx, dy);
      return redraw();
    }
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.size === 2 ? span([...fingers.values()]) : null;
    fingers.set(event.pointerId, now);
    if (!before) return;
    const after = span([...fingers.values()]);
    plane.pan(after.x - before.x, after.y - before.y);
    zoom(before.size / after.size, after.x, after.y);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, ({ pointerId }) => {
      fingers.delete(pointerId);
      ground = null;
    });
  }
  // Otherwise the page would scroll with them.
  for (const kind of ["touchstart", "touchmove"]) {
    canvas.addEventListener(kind, (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [plane.size[0] / 2, plane.size[1] / 2];
    if (event.key === "+" || event.key === "=") zoom(1 / STEP, ...middle);
    else if (event.key === "-") zoom(STEP, ...middle);
    else if (event.key === "0") { plane.fit(); redraw(); }
    else return;
    event.preventDefault();
  });

  return {
    show(state) {
      if (dataset !== undefined && state.dataset !== dataset) plane.fit(); // another set is another place
      dataset = state.dataset;
      fit.hidden = !plane.held;
      if (state.dataset !== "own" || !plane.scene?.bounds) return;
      // Your points are there before anything is trained on them.
      const points = Float64Array.from(state.points.flat());
      const { points: drawn } = plane.scene;
      if (points.length === drawn.length && points.every((one, k) => one === drawn[k])) return;
      plane.draw({ points, bounds: plane.bounds(points) });
    },
  };
}
