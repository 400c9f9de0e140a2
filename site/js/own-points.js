// The rail's part for your own points: copy a made data set, paste or drop CSV, clear.
// Clicking and dragging them is the plane's part.

import { $, button, make, setText } from "./dom.js";
import { readPoints, writePoints } from "./csv.js";
import { showNotices } from "./messages.js";
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
  const editor = make("div", { class: "own" }, make("p", { class: "hint" }, "Click the plane to add, drag to move. Or paste rows, or drop a file, here or on the plane:"), text, make("div", { role: "status" }, errors), make("div", { class: "row" }, use, clear), count);
  const box = make("div", {}, make("div", { class: "row" }, start), editor);

  /** What is wrong, beside the rows; where these are not shown, at the top of the page. */
  function tell(faults, file) {
    errors.replaceChildren(...faults.map((one) => make("li", {}, one)));
    if (file) showNotices(editor.hidden ? faults.map((one) => `${file.name}: ${one}.`) : []);
  }
  function take(content, file) {
    const found = readPoints(content, type);
    const none = found.rows.length === 0 && found.errors.length === 0;
    tell(none ? ["There are no rows: write x, y, label, one point on a line"] : found.errors, file);
    if (found.rows.length && found.errors.length === 0) change({ dataset: "own", points: found.rows }, true);
  }
  async function drop(event) {
    $("plane").classList.remove("dropping");
    const file = event.dataTransfer?.files?.[0];
    if (!file) return;
    event.preventDefault();
    if (file.size > 1e6) return tell([`It is larger than 1 MB, and there is room for ${type.most} points`], file);
    text.value = await file.text();
    take(text.value, file);
  }
  for (const target of [text, $("plane")]) {
    target.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      $("plane").classList.add("dropping");
    });
    target.addEventListener("dragleave", () => $("plane").classList.remove("dropping"));
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
    setText(count, `${state.points.length} ${state.points.length === 1 ? "point" : "points"}: ${plus} of class 1, ${state.points.length - plus} of class -1.`);
  };
  return box;
}
