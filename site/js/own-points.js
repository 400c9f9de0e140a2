// The rail's part for your own points: copy a made data set, paste or drop CSV, clear.
// Clicking and dragging them is the plane's part.

import { button, make, setText } from "./dom.js";
import { readPoints, writePoints } from "./csv.js";
import { FIELDS } from "./state.js";

export function ownPoints({ change, getState, currentPoints }) {
  const { type } = FIELDS.get("points");
  const start = button("Edit these points", () => {
    const rows = currentPoints().map(([x, y, label]) => [+x.toFixed(3), +y.toFixed(3), label]);
    change({ dataset: "own", points: rows }, true);
  }, { id: "own-copy" });
  const text = make("textarea", { id: "own-csv", "aria-label": "Points as rows of x, y, label", placeholder: "x, y, label\n0.5, -1, 1\n2, 0.25, -1", spellcheck: "false" });
  const errors = make("ul", { class: "errors", id: "own-errors" });
  const use = button("Use these rows", () => take(text.value), { id: "own-use" });
  const clear = button("Clear", () => change({ points: [] }, true), { id: "own-clear" });
  const count = make("p", { class: "hint" });
  const editor = make("div", { class: "own" }, make("p", { class: "hint" }, "Click the plane to add, drag to move. Or paste or drop rows here:"), text, make("div", { role: "status" }, errors), make("div", { class: "row" }, use, clear), count);
  const box = make("div", {}, make("div", { class: "row" }, start), editor);

  function take(content) {
    const found = readPoints(content, type);
    errors.replaceChildren(...found.errors.map((one) => make("li", {}, one)));
    if (found.rows.length === 0 && found.errors.length === 0) errors.replaceChildren(make("li", {}, "There are no rows yet: write x, y, label, one point on a line."));
    if (found.rows.length && found.errors.length === 0) change({ dataset: "own", points: found.rows }, true);
  }
  async function drop(event) {
    const file = event.dataTransfer?.files?.[0];
    if (!file) return;
    event.preventDefault();
    if (file.size > 1e6) return errors.replaceChildren(make("li", {}, `${file.name} is larger than 1 MB.`));
    text.value = await file.text();
    take(text.value);
  }
  for (const target of [text, document.getElementById("plane")]) {
    target.addEventListener("dragover", (event) => event.preventDefault());
    target.addEventListener("drop", drop);
  }
  let written = "";
  box.show = (state) => {
    const own = state.dataset === "own";
    start.hidden = own;
    editor.hidden = !own;
    if (!own) return errors.replaceChildren();
    const now = writePoints(state.points);
    if (now !== written && document.activeElement !== text) { text.value = state.points.length ? now : ""; errors.replaceChildren(); }
    written = now;
    const plus = state.points.filter((row) => row[2] === 1).length;
    setText(count, `${state.points.length} points: ${plus} of class 1, ${state.points.length - plus} of class -1.`);
  };
  return box;
}
