// Brings the code of a lesson alive: a cell to edit and run, an exercise to write and check.

import { button, make, setText } from "../js/shared/dom.js";
import { wordsOf } from "../js/shared/failure.js";
import { createEditor } from "./editor.js";
import { outcomeElements, streamInto, verdictElements } from "./output.js";

const STOP_AFTER_MS = 1000;
const CHECK_LIMIT_MS = 10_000;
const STAGES = { download: "Loading Python", python: "Starting Python", engine: "Starting the engine" };

/** What is shown while Python loads, for whoever waits. */
export function createWaits() {
  const waiting = new Map(); // lines, and whether others come first
  let text = "Loading Python …", loading = null;
  const show = (line) => setText(line, waiting.get(line) && !loading ? "Waiting: Python is running another cell …" : text);
  return {
    tell({ name, loadedBytes, totalBytes }) {
      const size = name === "download" && totalBytes ? `: ${(loadedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB` : "";
      text = `${STAGES[name] ?? "Loading Python"}${size} …`;
      loading = name !== "ready";
      for (const line of waiting.keys()) show(line);
    },
    add(line) { waiting.set(line, false); show(line); },
    /** Others come first. */
    behind(line) { if (waiting.has(line)) { waiting.set(line, true); show(line); } },
    remove(line) { waiting.delete(line); setText(line, ""); },
  };
}

/**
 * One question with its words: what it waits for, running, a Stop button after a moment. What its
 * code prints shows in `place` meanwhile, if one is given; an error carries it as `printed`.
 */
async function asked({ python, waits }, line, controls, question, { limit, place } = {}) {
  let timers = [], late = false;
  const stream = place ? streamInto(place) : null;
  const halt = button("Stop", () => ask.stop(), { class: "stop" });
  waits.add(line);
  timers = [setTimeout(() => controls.append(halt), STOP_AFTER_MS)];
  function begun() {
    waits.remove(line);
    timers.push(setTimeout(() => setText(line, "Running …"), STOP_AFTER_MS));
    if (limit) timers.push(setTimeout(() => { late = true; ask.stop(); }, limit));
  }
  const ask = python.ask(...question, { begun, behind: () => waits.behind(line), printed: (text) => stream?.add(text) });
  try {
    return await ask.answer;
  } catch (error) {
    if (error.name === "Stopped") error.late = late;
    error.printed = stream?.end();
    throw error;
  } finally {
    stream?.end();
    timers.forEach(clearTimeout);
    waits.remove(line);
    halt.remove();
    setText(line, "");
  }
}

function failureElement(error) {
  const { kind, title, text } = wordsOf(error);
  const afresh = "Python starts afresh with the next run; your text is as it was.";
  if (kind === "stopped") {
    const why = error.late ? `Stopped after ${CHECK_LIMIT_MS / 1000} seconds: it was still running. Is there a loop that never ends?`
      : error.stage === "waiting" ? "Stopped before it began. What Python is at goes on."
      : `Stopped. ${afresh}`;
    return make("div", { class: "error" }, make("p", {}, why));
  }
  if (kind === "unable") return make("div", { class: "error" }, make("p", {}, make("b", {}, `${title} `), text));
  if (kind !== "start") return make("div", { class: "error" }, make("p", {}, make("b", {}, `${title} `), text), make("p", {}, afresh));
  return make("div", { class: "error" },
    make("p", {}, make("b", {}, `${title} `), text.replace(/^.*?: /, "").replace(/^it/, "It")),
    make("p", {}, "Run it again to try once more, or ", make("a", { href: location.href.split(/[?#]/)[0], target: "_blank", rel: "noopener" }, "open this in a tab of its own"), "."));
}

/** The cells of a page; they share their names, and a cell runs the ones above it first. */
export function createCells(context, elements) {
  const cells = [];
  elements.forEach((element, at) => {
    const name = element.dataset.cell;
    const output = element.querySelector(".output");
    const original = [...output.childNodes];
    const line = make("span", { class: "state", role: "status" });
    const controls = make("div", { class: "cell-bar" });
    const again = button("Reset", reset, { hidden: true });
    const edited = make("span", { class: "edited", hidden: true }, "edited");
    const editor = createEditor(element.querySelector("pre.source"), { label: "Code", onInput: changed, onRun: () => run() });
    controls.append(button("Run", () => run(), { class: "primary run", title: "Ctrl+Enter or Shift+Enter" }), again, edited, line);
    element.querySelector(".editor").after(controls);
    const cell = { editor, element, ran: null, output };
    cells.push(cell);

    function changed() {
      show();
      context.keep(`cell:${name}`, editor.text, editor.original);
    }
    function show() {
      const differs = editor.text !== editor.original;
      again.hidden = edited.hidden = !differs;
      cell.ran = null;
      editor.mark(null);
    }
    function take(text = editor.original) {
      if (text === editor.text) return;
      editor.text = text;
      show();
    }
    function reset() {
      editor.reset();
      output.replaceChildren(...original);
    }
    async function run() {
      if (element.hasAttribute("aria-busy")) return;
      element.setAttribute("aria-busy", "true");
      try {
        for (const above of cells.slice(0, at)) if (above.ran !== context.generation || above.ran === null) await once(above, cells.indexOf(above), false);
        await once(cell, at, true);
        context.tell("micrograd-ran", { cell: name });
      } catch (error) {
        output.replaceChildren(...(error.printed ?? []), failureElement(error));
        if (error.stage !== "waiting") for (const one of cells) one.ran = null;
      } finally {
        element.removeAttribute("aria-busy");
      }
    }
    async function once(one, place, show, twice = false) {
      const { facts, generation } = await asked(context, line, controls, ["cell", [context.session, one.editor.text, `cell ${place + 1}`]], { place: show && output });
      if (context.generation !== generation || facts.new) {
        // Python was started again meanwhile, or keeps no more pages: what the cells above had made is gone.
        const stale = place > 0 && context.generation !== null && !twice;
        context.generation = generation;
        for (const other of cells) other.ran = null;
        if (stale) {
          for (let before = 0; before < place; before++) await once(cells[before], before, false);
          return once(one, place, show, true);
        }
      }
      one.ran = facts.problem ? null : generation;
      if (!show) return;
      one.editor.mark(facts.problem?.line);
      output.replaceChildren(...outcomeElements(facts));
      if (!output.childNodes.length) output.replaceChildren(make("p", { class: "quiet" }, "It ran, and shows nothing."));
    }
    take(context.kept.texts[`cell:${name}`]);
    context.follow(`cell:${name}`, take);
  });
  return cells;
}

export function createExercise(context, element) {
  const name = element.dataset.exercise;
  const { check } = JSON.parse(element.querySelector("script").textContent);
  const verdict = make("div", { class: "verdict", "aria-live": "polite" });
  const line = make("span", { class: "state", role: "status" });
  const controls = make("div", { class: "cell-bar" });
  const again = button("Reset", () => { editor.reset(); verdict.replaceChildren(); }, { hidden: true });
  const editor = createEditor(element.querySelector("pre.source"), { label: `Answer to ${name.replaceAll("-", " ")}`, onInput: changed, onRun: () => judge() });
  let answer = context.kept.texts[`answer:${name}`]; // the text that passed
  const right = button("Your answer that passed", () => { editor.write(answer); verdict.replaceChildren(); }, { hidden: true });
  controls.append(button("Check", () => judge(), { class: "primary check" }), again, right, line);
  element.querySelector(".editor").after(controls, verdict);
  stepHints(element);
  const offer = () => { right.hidden = answer === undefined || editor.text === answer; };

  function changed() {
    show();
    context.keep(`exercise:${name}`, editor.text, editor.original);
  }
  function show() {
    again.hidden = editor.text === editor.original;
    offer();
    editor.mark(null);
  }
  function take(text = editor.original) {
    if (text === editor.text) return;
    editor.text = text;
    show();
  }
  async function judge() {
    if (element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    try {
      const { text } = editor;
      const { facts } = await asked(context, line, controls, ["check", [text, check]], { limit: CHECK_LIMIT_MS, place: verdict });
      tell(facts, text);
    } catch (error) {
      verdict.replaceChildren(...(error.printed ?? []), failureElement(error));
    } finally {
      element.removeAttribute("aria-busy");
    }
  }
  function tell(facts, text) {
    const { passed, problem } = facts;
    editor.mark(problem?.line);
    verdict.replaceChildren(...verdictElements(facts));
    if (passed) {
      answer = text;
      offer();
      context.keep(`answer:${name}`, text);
      context.passed(name);
      context.tell("micrograd-exercise-passed", { exercise: name });
    }
  }
  take(context.kept.texts[`exercise:${name}`]);
  context.follow(`exercise:${name}`, take);
  offer();
}

/** A hint can be opened once the one before it was; the solution after all of them. */
function stepHints(element) {
  const steps = [...element.querySelectorAll(".hints > details")];
  steps.forEach((step, at) => {
    step.hidden = at > 0;
    step.addEventListener("toggle", () => { if (step.open && steps[at + 1]) steps[at + 1].hidden = false; });
  });
}
