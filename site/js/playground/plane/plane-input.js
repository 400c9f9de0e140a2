// Fingers, pointer and keys on the plane: reading a place, opening a point's graph, and adding,
// dragging, flipping and deleting your own points.

import { $, button, make, setText, shown } from "../../shared/dom.js";
import { FIELDS } from "../state/state.js";

const GRIP = 14; // a target of at least 24 px
const FINGER = 22;
const HAND = matchMedia("(pointer: coarse)"); // fingers rather than a mouse
const round = (value) => +value.toFixed(3) + 0; // no -0

export function planeInput(canvas, { plane, getState, change, openExample }) {
  const tip = $("plane-tip"), tools = $("plane-tools");
  let label = 1, selected = -1, drag = null, moved = false, tapped = null, read = -1; // by the last tap
  let pointer = null, untold = false; // where the mouse rests; is a moved point yet to be announced?
  const own = () => getState().dataset === "own";
  const { most } = FIELDS.get("points").type;

  const classes = make("span", { class: "choices words", role: "radiogroup", "aria-label": "Class of a new point" },
    ...[[1, "■ class 1"], [-1, "● class −1"]].map(([value, text]) => {
      const input = make("input", { type: "radio", name: "new-class", value, "aria-label": text.slice(2) });
      input.checked = value === label;
      input.addEventListener("change", () => { label = value; });
      return make("label", {}, input, text);
    }));
  const remove = button("Delete point", () => removePoint(selected), { id: "delete-point", disabled: true });
  const open = button("Open its graph", () => openExample(selected), { disabled: true });
  tools.append(make("span", {}, HAND.matches ? "Tap to add" : "Click to add"), classes, remove, open);

  const there = (index) => index >= 0 && 3 * index < (plane.scene?.points.length ?? 0);
  function select(index) {
    selected = index;
    remove.disabled = open.disabled = index < 0;
    plane.draw({ selected });
    if (there(index)) describe(index);
    else if (pointer && plane.scene?.bounds) hover(pointer);
    else tip.hidden = true;
  }
  const classOf = (index) => (plane.scene.points[3 * index + 2] > 0 ? "1" : "−1");
  function describe(index, aloud = true) {
    const [x, y, kind] = plane.scene.points.slice(3 * index, 3 * index + 3);
    const more = own() ? "Shift+arrows move it, C flips its class, Delete removes it." : "";
    show(x, y, `point ${index + 1}, class ${kind > 0 ? 1 : "−1"}\nx ${shown(x)}  y ${shown(y)}\nscore ${shown(plane.scoreAt(x, y), 3)}${HAND.matches && !own() ? "\nTap it again for its graph." : ""}`);
    if (aloud) setText($("announce"), `Point ${index + 1}, class ${kind}, x ${shown(x, 3)}, y ${shown(y, 3)}, score ${shown(plane.scoreAt(x, y), 3)}. ${more}`);
  }
  function show(x, y, text) {
    setText(tip, text);
    tip.hidden = false;
    const [px, py] = plane.toPixels(x, y);
    const [width, height] = plane.size;
    tip.style.left = `${Math.max(0, Math.min(width - tip.offsetWidth, px + 14))}px`;
    tip.style.top = `${Math.max(0, Math.min(height - tip.offsetHeight, py + 14))}px`;
  }

  const rows = () => getState().points;
  const inside = ([x, y]) => { const { reach } = FIELDS.get("points").type; return [x, y].map((v) => round(Math.max(-reach, Math.min(reach, v)))); };
  function addPoint(place, kind = label) {
    if (rows().length >= most) return setText($("announce"), `There is room for ${most} points.`);
    plane.hold(); // the ground does not move under a hand
    change({ points: [...rows(), [...inside(place), kind]] }, true);
    untold = true;
    select(rows().length - 1);
  }
  function movePoint(index, place, settled) {
    plane.hold();
    change({ points: rows().map((row, k) => (k === index ? [...inside(place), row[2]] : row)) }, settled);
  }
  function removePoint(index) {
    if (index < 0 || !own()) return;
    plane.hold();
    change({ points: rows().filter((_, k) => k !== index) }, true);
    select(Math.min(index, rows().length - 1));
    canvas.focus();
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return leave(); // a second finger: both of them zoom (plane-view.js)
    if (!plane.scene?.bounds || event.button > 0) return;
    const at = place(event), index = plane.nearest(...at, event.pointerType === "touch" ? FINGER : GRIP);
    moved = false;
    drag = { index, at };
    if (own() && index >= 0) {
      canvas.setPointerCapture(event.pointerId);
      plane.hold();
    }
    if (index >= 0) select(index);
  });
  function hover(at) {
    pointer = at;
    const index = plane.nearest(...at, GRIP);
    canvas.style.cursor = index >= 0 ? (own() ? "grab" : "pointer") : "crosshair";
    if (index >= 0) return describe(index, false);
    const [x, y] = plane.at(...at), score = plane.scoreAt(x, y);
    const nearest = HAND.matches ? plane.nearest(...at, Infinity) : -1; // a finger has no exact place
    const near = nearest < 0 ? "" : `\nnearest: point ${nearest + 1}, class ${classOf(nearest)}`;
    show(x, y, `x ${shown(x, 2)}  y ${shown(y, 2)}\nscore ${shown(score, 3)}${near}`);
  }
  canvas.addEventListener("pointermove", (event) => {
    if (!plane.scene?.bounds || !event.isPrimary) return;
    const at = place(event);
    if (drag && Math.hypot(at[0] - drag.at[0], at[1] - drag.at[1]) > 3) moved = true;
    if (drag && moved && own() && drag.index >= 0) return movePoint(drag.index, plane.at(...at), false);
    if (event.pointerType !== "touch") hover(at);
  });
  // A finger on a point of yours moves the point; anywhere else it scrolls the page.
  canvas.addEventListener("touchstart", (event) => {
    if (own() && plane.scene?.bounds && plane.nearest(...place(event.touches[0]), FINGER) >= 0) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { index } = drag;
    drag = null;
    tapped = moved ? null : { index, at: place(event) };
    if (moved && own() && index >= 0) change({ points: rows() }, true);
  });
  // Not sooner: what scrolls the page would put something else under the click that is yet to come.
  canvas.addEventListener("click", (event) => {
    if (event.pointerType === "touch" && !own()) return tap(place(event));
    if (!tapped) return;
    const { index, at } = tapped;
    tapped = null;
    if (index < 0 && own() && event.detail > 1) return; // a double click is one click
    if (index < 0 && own()) addPoint(plane.at(...at), event.shiftKey ? -label : label);
    else if (index < 0) select(-1);
    else if (!own()) openExample(index);
  });
  /** A finger reads: a point, or a place and which point is nearest; the same point once more is opened. */
  function tap(at) {
    if (!plane.scene?.bounds) return;
    const index = plane.nearest(...at, FINGER), again = index >= 0 && index === read;
    read = index;
    if (again) return openExample(index);
    if (index >= 0) return describe(index);
    selected = -1;
    plane.draw({ selected });
    hover(at);
  }
  function leave() { drag = tapped = null; }
  canvas.addEventListener("pointercancel", leave);
  canvas.addEventListener("pointerleave", () => { pointer = null; tip.hidden = true; });
  canvas.addEventListener("blur", () => {
    if (HAND.matches) pointer = null; // a mouse still rests where it was
    read = -1;
    if (!own()) select(-1);
  });

  const ARROWS = new Map([["ArrowLeft", [-1, 0]], ["ArrowRight", [1, 0]], ["ArrowUp", [0, 1]], ["ArrowDown", [0, -1]]]);
  canvas.addEventListener("keydown", (event) => {
    pointer = null;
    const count = (plane.scene?.points.length ?? 0) / 3, arrow = ARROWS.get(event.key);
    if (arrow && event.shiftKey && own() && selected >= 0) {
      plane.hold();
      const [x0, x1] = plane.scene.bounds, unit = (x1 - x0) / 60, [x, y] = rows()[selected];
      untold = true;
      movePoint(selected, [x + arrow[0] * unit, y + arrow[1] * unit], true);
    } else if (arrow && count) select((selected + (arrow[0] + arrow[1] * -1 > 0 ? 1 : -1) + count) % count);
    else if (event.key === "Enter" && selected >= 0) openExample(selected);
    else if ((event.key === "Delete" || event.key === "Backspace") && own()) removePoint(selected);
    else if (event.key.toLowerCase() === "n" && own()) {
      const [x0, x1, y0, y1] = plane.scene.bounds;
      addPoint([(x0 + x1) / 2, (y0 + y1) / 2], event.shiftKey ? -label : label);
    } else if (event.key.toLowerCase() === "c" && own() && selected >= 0) {
      untold = true;
      change({ points: rows().map((row, k) => (k === selected ? [row[0], row[1], -row[2]] : row)) }, true);
    } else return;
    event.preventDefault();
  });

  return {
    /** Another picture was painted: what is said of a place or a point is that picture's. */
    follow() {
      if (selected >= 0 && (own() ? selected >= rows().length : !there(selected))) return select(-1);
      const tell = untold && there(selected);
      if (tell) untold = false;
      if (tell || (there(selected) && !tip.hidden && (!pointer || drag))) describe(selected, tell);
      else if (pointer) hover(pointer);
      else tip.hidden = true;
    },
    show(state) {
      tools.hidden = state.dataset !== "own";
      if (selected >= 0 && state.dataset === "own" && selected >= state.points.length) select(-1);
      const fingers = own() ? "Tap to add a point; drag one to move it. " : "Tap to read the score of a place and its nearest point; tap a point twice to open its graph. ";
      setText($("plane-help"), (HAND.matches ? fingers : "") + "Arrow keys walk from point to point. Enter opens the point’s graph."
        + (own() ? " N adds a point in the middle, Shift and arrows move it, C flips its class, Delete removes it, Control and Z undo." : "")
        + " Plus and minus zoom, 0 shows all points.");
    },
  };
}
