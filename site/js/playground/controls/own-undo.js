// Undo and redo of what was done to your own points: each placed, moved, flipped or deleted point,
// and each table, is one step. Control or Command and Z, with Shift for the way forth.

import { $, button } from "../../shared/dom.js";

const MOST = 200;

export function ownUndo(canvas, { getState, change }) {
  const past = [], future = [];
  let now = null, held = false;
  const undo = button("Undo", () => go(past, future), { id: "own-undo", disabled: true, title: "Undo (Control + Z)", "aria-keyshortcuts": "Control+Z" });
  const redo = button("Redo", () => go(future, past), { id: "own-redo", disabled: true, title: "Redo (Control + Shift + Z)", "aria-keyshortcuts": "Control+Shift+Z" });
  $("plane-tools").append(undo, redo);

  function go(from, to) {
    if (!from.length) return;
    to.push(now);
    now = from.pop();
    change({ points: JSON.parse(now) }, true);
    showButtons();
  }
  function showButtons() {
    undo.disabled = !past.length;
    redo.disabled = !future.length;
  }
  // A drag is one step, however many places it passes.
  canvas.addEventListener("pointerdown", () => { held = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => {
      held = false;
      requestAnimationFrame(() => show(getState()));
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || now === null) return;
    if (event.target.closest?.("textarea, input[type=text], [contenteditable], dialog")) return; // they have their own
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) go(past, future);
    else if (key === "y" || key === "z") go(future, past);
    else return;
    event.preventDefault();
  });

  function show(state) {
    if (state.dataset !== "own") {
      past.length = future.length = 0;
      now = null;
    } else if (!held) {
      const next = JSON.stringify(state.points);
      if (next === now) return;
      if (now !== null) {
        past.push(now);
        future.length = 0;
        if (past.length > MOST) past.shift();
      }
      now = next;
    }
    showButtons();
  }
  return { show };
}
