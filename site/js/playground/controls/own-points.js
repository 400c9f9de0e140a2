// The rail's part for your own points: copy a made data set, paste, open or drop a table, clear.
// Clicking and dragging them is the plane's part.

import { $, button, make, setText } from "../../shared/dom.js";
import { isPlain, middleOf, pointsOf, propose, readTable, sizeOfPlane, usualOne, writePoints } from "./csv.js";
import { showNotices } from "../../shared/messages.js";
import { FIELDS, same } from "../state/state.js";

const MOST_CHARACTERS = 1e6, MOST_ROWS = 20_000, MOST_COLUMNS = 100; // of a table that is read at all
const WIDE = 10; // coordinates beyond it are hard to learn from: to scale them is proposed

export function ownPoints({ plane, change, getState, currentPoints }) {
  const { type } = FIELDS.get("points");
  const start = button("Edit these points", () => {
    const rows = currentPoints().map(([x, y, label]) => [+x.toFixed(3), +y.toFixed(3), label]);
    change({ dataset: "own", points: rows }, true);
  }, { id: "own-copy" });
  const text = make("textarea", { id: "own-csv", "aria-label": "Points as rows of x, y, label", placeholder: "x, y, label\n0.5, -1, 1\n2, 0.25, -1", spellcheck: "false" });
  const errors = make("ul", { class: "errors", id: "own-errors" });
  const use = button("Use these rows", () => take(text.value), { id: "own-use" });
  const clear = button("Clear", () => change({ points: [] }, true), { id: "own-clear" });
  const file = make("input", { type: "file", id: "own-file", hidden: true, accept: ".csv,.tsv,.txt,text/csv,text/plain", "aria-label": "A file with a table of points" });
  const open = button("Open a file", () => file.click(), { id: "own-open" });
  const count = make("p", { class: "hint" });
  const chooser = tableChooser(takeAs);
  const editor = make("div", { class: "own" }, make("p", { class: "hint" }, "Click the plane to add, drag to move. Or paste a table with any columns, or drop a file, here or on the plane:"), text, make("div", { role: "status" }, errors), make("div", { class: "row" }, use, clear));
  const box = make("div", {}, make("div", { class: "row" }, start, open, file), chooser, editor, count);

  let table = null, taken = null, from; // what was read last, and the points that it gave
  /** Why so much text is not read, or nothing. */
  function tooMuch(content) {
    if (content.length > MOST_CHARACTERS) return `It is larger than 1 MB, and there is room for ${type.most} points`;
    let rows = 1;
    for (let at = content.indexOf("\n"); at >= 0; at = content.indexOf("\n", at + 1)) rows++;
    return rows > MOST_ROWS ? `It has ${rows} rows, and at most ${MOST_ROWS} are read: there is room for ${type.most} points` : null;
  }
  // Neither shown nor read: a box with so many lines is slow by itself.
  text.addEventListener("paste", (event) => {
    const refusal = tooMuch(event.clipboardData?.getData("text/plain") ?? "");
    if (!refusal) return;
    event.preventDefault();
    from = undefined;
    tell([refusal]);
  });
  /** What is wrong, beside the rows; where these are not shown, at the top of the page. */
  function tell(faults) {
    errors.replaceChildren(...faults.map((one) => make("li", {}, one)));
    if (from) showNotices(editor.hidden ? faults.map((one) => `${from.name}: ${one}.`) : []);
  }
  function take(content, source) {
    from = source;
    const refusal = tooMuch(content);
    if (refusal) { chooser.offer(null); return tell([refusal]); }
    table = readTable(content);
    if (table.width > MOST_COLUMNS) { chooser.offer(null); return tell([`It has ${table.width} columns, and at most ${MOST_COLUMNS} are read`]); }
    const choice = propose(table);
    chooser.offer(null);
    if (!table.rows.length) return tell(["There are no rows: write x, y, label, one point on a line"]);
    const size = sizeOfPlane(table, choice), large = table.rows.filter(({ numbers }) => [numbers[choice.x], numbers[choice.y]].some((one) => Math.abs(one) > WIDE));
    // A column of large numbers is a unit; a lone one beyond all bounds is a mistake, to be named.
    const sizeToScale = size > type.reach && large.length * 2 < table.rows.length ? 0 : size;
    if (table.width >= 3 && (!isPlain(table, choice) || sizeToScale > WIDE)) chooser.offer(table, choice, sizeToScale);
    takeAs({ ...choice, scale: chooser.scale() });
  }
  function takeAs(choice) {
    const found = pointsOf(table, choice, type);
    tell(found.errors);
    if (!found.rows.length || found.errors.length) return;
    taken = found.rows;
    plane.fit();
    change({ dataset: "own", points: found.rows }, true);
  }
  async function read(source) {
    if (source.size > MOST_CHARACTERS) {
      from = source;
      return tell([`It is larger than 1 MB, and there is room for ${type.most} points`]);
    }
    const content = await source.text();
    if (!tooMuch(content)) text.value = content;
    take(content, source);
  }
  file.addEventListener("change", () => {
    if (file.files[0]) read(file.files[0]);
    file.value = ""; // the same file may be opened again
  });
  async function drop(event) {
    $("plane").classList.remove("dropping");
    const dropped = event.dataTransfer?.files?.[0];
    if (!dropped) return;
    event.preventDefault();
    await read(dropped);
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
    editor.hidden = count.hidden = !own;
    if (taken && !(own && same(taken, state.points))) { // they have been changed since: the table is no longer theirs
      taken = null;
      chooser.offer(null);
    }
    if (!own) return errors.replaceChildren();
    const now = writePoints(state.points);
    if (now !== written && document.activeElement !== text) { text.value = state.points.length ? now : ""; errors.replaceChildren(); }
    written = now;
    const plus = state.points.filter((row) => row[2] === 1).length;
    setText(count, `${state.points.length} ${state.points.length === 1 ? "point" : "points"}: ${plus} of class 1, ${state.points.length - plus} of class −1.`);
  };
  return box;
}

/** Which columns a table's points are taken from; `use(choice)` is told of another choice. */
function tableChooser(use) {
  let table = null;
  const select = (id, label) => {
    const menu = make("select", { id: `own-${id}`, "aria-label": label });
    return { menu, row: make("label", { class: "field" }, make("span", {}, label), menu) };
  };
  const x = select("x", "x from"), y = select("y", "y from"), label = select("label", "Label from"), one = select("one", "Class 1 is");
  const scale = make("input", { type: "checkbox", id: "own-scale" });
  const scaleRow = make("label", { class: "check" }, scale, "Scale to the plane: each axis from −2 to 2");
  const box = make("div", { class: "table-chooser", id: "own-table", role: "group", "aria-label": "What the table’s columns mean", hidden: true }, x.row, y.row, label.row, one.row, scaleRow);
  const choice = () => ({ x: Number(x.menu.value), y: Number(y.menu.value), label: Number(label.menu.value), one: one.menu.value === "" ? null : one.menu.value.slice(1), scale: scale.checked });
  function offerClasses(chosen) {
    const { values, numeric } = table.columns[label.menu.value];
    const middle = numeric && values.length > 2 ? [make("option", { value: "" }, `above ${middleOf(table, Number(label.menu.value))}`)] : [];
    one.menu.replaceChildren(...middle, ...values.slice(0, 100).map((value) => make("option", { value: `=${value}` }, value.slice(0, 30))));
    one.menu.value = chosen === null ? "" : `=${chosen}`;
  }
  label.menu.addEventListener("change", () => offerClasses(usualOne(table.columns[label.menu.value])));
  for (const element of [x.menu, y.menu, label.menu, one.menu, scale]) element.addEventListener("change", () => use(choice()));
  /** Show what there is to choose in a table, or (null) nothing. */
  box.offer = (next, proposed, size) => {
    table = next;
    box.hidden = !table;
    scale.checked = Boolean(table) && size > WIDE;
    if (!table) return;
    for (const { menu } of [x, y, label]) menu.replaceChildren(...table.names.map((name, k) => make("option", { value: String(k) }, name.slice(0, 40))));
    [x.menu.value, y.menu.value, label.menu.value] = [proposed.x, proposed.y, proposed.label].map(String);
    scaleRow.hidden = size <= WIDE;
    offerClasses(proposed.one);
  };
  box.scale = () => scale.checked;
  return box;
}
