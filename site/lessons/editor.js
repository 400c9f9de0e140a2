// A place to write Python: a text area over its own text in colours. Tab indents once something is
// written; Escape gives Tab back to the page.

import { make } from "../js/shared/dom.js";
import { tokens } from "../js/shared/tokens.js";
import { escaped } from "./figures/text.js";

// More than that is no lesson's code: it stays plain, and scrolls in a box that does not grow.
const MOST_COLOURED = 40_000, MOST_ROWS = 1_000; // characters, lines
const ROWS_OF_PLAIN = 40;

function colours(source) {
  return tokens(source, "python").map(([kind, text]) => (kind ? `<span class="${kind}">${escaped(text)}</span>` : escaped(text))).join("");
}

/** Put an editor where a <pre> stands. */
export function createEditor(pre, { label, onInput, onRun }) {
  const original = pre.textContent.replace(/\n$/, "");
  const shown = make("pre", { class: "source", "aria-hidden": "true" });
  const area = make("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off", wrap: "off", "aria-label": `${label}. Tab indents after you type; press Escape, then Tab, to leave.`, rows: "1" });
  const box = make("div", { class: "editor" }, shown, area);
  pre.replaceWith(box);
  let indents = false;
  const paint = () => {
    const text = area.value, rows = text.split("\n").length;
    const plain = text.length > MOST_COLOURED || rows > MOST_ROWS;
    box.classList.toggle("plain", plain);
    shown.innerHTML = plain ? "" : `${colours(text)}\n`;
    area.rows = Math.max(2, plain ? Math.min(rows, ROWS_OF_PLAIN) : rows);
  };
  area.value = original;
  paint();
  area.addEventListener("input", () => { indents = true; paint(); onInput(); });
  area.addEventListener("pointerdown", () => { indents = true; });
  area.addEventListener("blur", () => { indents = false; });
  area.addEventListener("scroll", () => { shown.scrollLeft = area.scrollLeft; });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      onRun();
    } else if (event.key === "Enter") {
      const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
      const indent = line.match(/^\s*/)[0] + (/:\s*(#.*)?$/.test(line) ? "    " : "");
      if (indent) { event.preventDefault(); insert(`\n${indent}`); }
    } else if (event.key === "Escape") {
      indents = false;
    } else if (event.key === "Tab" && indents && !event.shiftKey) {
      event.preventDefault();
      const column = area.value.slice(0, area.selectionStart).split("\n").at(-1).length;
      insert(" ".repeat(4 - (column % 4)));
    }
  });
  // By the browser's own command, so that it can be undone.
  function insert(text) {
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input"));
    }
  }
  return {
    original,
    get text() { return area.value; },
    set text(value) { area.value = value; paint(); },
    /** Another text, as something typed: undo brings the reader's back. */
    write(text) {
      area.focus();
      area.setSelectionRange(0, area.value.length);
      insert(text);
    },
    reset() { this.write(original); },
    area,
    /** Mark a line that went wrong, or none. */
    mark(line) {
      shown.style.setProperty("--marked", line ?? 0);
      shown.classList.toggle("marked", line !== null && line !== undefined);
    },
  };
}
