// What a cell gave, in the page. Python bounds what it sends; here it is bounded once more, for the
// Python of a page is its readers', who may have changed that.

import { make, perFrame } from "../js/shared/dom.js";
import { cleaned } from "./clean.js";

const MOST_TEXT = 21_000; // characters: a little more than micrograd_wasm.lessons.cells lets through
const MOST_MESSAGE = 2_000;

const cut = (text, most = MOST_TEXT) => (String(text ?? "").length > most ? `${String(text).slice(0, most)} …` : String(text ?? ""));
const printed = (text) => make("pre", { class: "stdout" }, cut(text).trimEnd());

export function rich(text, plain = "") {
  const nodes = cleaned(text);
  if (!nodes) return make("div", {}, make("pre", { class: "value" }, cut(plain)), make("p", { class: "quiet" }, `Its picture is too large to show here: ${(text.length / 1e6).toFixed(1)} MB of text.`));
  // It scrolls sideways where it is wide, also with keys.
  return make("div", { class: "rich", tabindex: "0", role: "group", "aria-label": "Output" }, ...nodes);
}

/** What code prints, in `place` as it comes; `end()` gives what came, for what is shown there then. */
export function streamInto(place) {
  const pre = make("pre", { class: "stdout" });
  let text = "", over = false;
  const show = perFrame(() => {
    if (over) return;
    pre.textContent = text;
    if (pre.parentElement !== place) place.replaceChildren(pre);
  });
  return {
    add(more) { if (text.length < MOST_TEXT) text = cut(text + more); show(); },
    end() {
      over = true;
      pre.textContent = text.trimEnd();
      return text ? [pre] : [];
    },
  };
}

/** An outcome of micrograd_wasm.lessons.cells as elements. */
export function outcomeElements({ stdout, result, problem }) {
  const found = [];
  if (stdout) found.push(printed(stdout));
  const picture = result?.["image/svg+xml"] ?? result?.["text/html"];
  if (problem) found.push(errorElement(problem));
  else if (picture) found.push(rich(String(picture), result["text/plain"]));
  else if (result) found.push(make("pre", { class: "value" }, cut(result["text/plain"])));
  return found;
}

function errorElement({ type, message, line, hint }) {
  return make("div", { class: "error" },
    make("p", {}, make("b", {}, Number.isInteger(line) ? `Line ${line}: ` : ""), message ? `${cut(type, 100)}: ${cut(message, MOST_MESSAGE)}` : cut(type, 100)),
    ...(hint ? [make("p", {}, cut(hint, MOST_MESSAGE))] : []));
}

/** What a check found, as elements. */
export function verdictElements({ passed, message, hint, stdout, problem }) {
  const before = stdout ? [printed(stdout)] : [];
  if (problem) return [...before, errorElement(problem)];
  return [...before, make("div", { class: passed ? "right" : "wrong" },
    make("p", {}, make("b", {}, passed ? "Right. " : "Not yet. "), cut(message, MOST_MESSAGE)),
    ...(hint ? [make("p", { class: "hint-text" }, cut(hint, MOST_MESSAGE))] : []))];
}
