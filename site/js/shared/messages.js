// What the page says in words: notices about a link, the loading stages, and the panel over the
// plane for a run that left the real numbers or could not be made. Always: what happened, what to do.

import { $, button, make, setText, shown } from "./dom.js";
import { wordsOf } from "./failure.js";

const STAGES = new Map([["download", "Loading Python"], ["python", "Starting Python"], ["engine", "Starting the engine"]]);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** `retry`, if it is given, is offered beside them. */
export function showNotices(notices, retry) {
  const box = $("notices");
  if (!notices.length) return box.replaceChildren();
  const some = notices.length > 5 ? [...notices.slice(0, 5), `… and ${notices.length - 5} more.`] : notices;
  box.replaceChildren(
    make("ul", { "aria-label": "Notices" }, ...some.map((text) => make("li", {}, text))),
    ...(retry ? [button("Retry", ({ target }) => { target.disabled = true; setText(target, "Trying …"); retry(); })] : []),
    button("Dismiss", () => box.replaceChildren(), { "aria-label": "Dismiss the notices" }),
  );
}

/** The line in the bar: loading by stages, then whether what is drawn is being redone. */
export function createStage() {
  const line = $("stage");
  let loading = null, failure = null, offer = null, doing = "", needed = false, stop = null, progress = null;
  const far = make("span", { "aria-hidden": "true" }); // how far a run is
  /** On the plane, where the eye is: a change waits for Python. */
  const chip = make("p", { class: "waiting", role: "status", hidden: true }, make("span"), make("span", { "aria-hidden": "true" }), make("span", {}, " Your change follows."));
  $("plane")?.firstElementChild.append(chip); // a page without a plane waits in its line alone
  function showNeeded() {
    chip.hidden = !(needed && loading) || Boolean(failure);
    if (chip.hidden) return;
    const { name, loadedBytes, totalBytes } = loading, comes = name === "download" && totalBytes;
    setText(chip.children[0], comes ? "This needs Python, which is on its way" : "This needs Python, which is starting.");
    setText(chip.children[1], comes ? `: ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB.` : "");
  }
  /** A stage of loading. A screen reader hears of each stage once, not of every byte. */
  function showLoading({ name, loadedBytes: loaded, totalBytes: total }) {
    const title = STAGES.get(name) ?? name;
    if (line.dataset.stage !== title) line.replaceChildren(title, make("span", { "aria-hidden": "true" }), make("progress", { "aria-hidden": "true" }));
    line.dataset.stage = title;
    setText(line.children[0], total ? `: ${megabytes(loaded ?? 0)} of ${megabytes(total)} MB` : loaded ? `: ${megabytes(loaded)} MB` : "");
    Object.assign(line.children[1], { hidden: !total, max: total || 1, value: Math.min(loaded ?? 0, total || 1) });
  }
  function show() {
    showNeeded();
    if (loading && !failure && (needed || !doing)) return showLoading(loading);
    delete line.dataset.stage;
    line.replaceChildren();
    if (failure) {
      line.append(make("span", { class: "failed" }, failure.text), button("Retry", () => { showNotices([]); failure.retry(); }, { id: "retry" }));
    } else if (doing) {
      setText(far, progress ? ` step ${progress.step} of ${progress.steps}` : "");
      line.append(doing, far, ...(stop ? [" ", stop] : []));
    }
    else if (offer) line.append("To save data, Python is not fetched. ", button(`Fetch it: ${megabytes(PYTHON_BYTES)} MB`, offer));
  }
  return {
    /** Python waits for a press of this. */
    offers(start) { offer = start; show(); },
    needed(is) { if (needed !== is) { needed = is; show(); } },
    loading(stage) { offer = null; loading = stage.name === "ready" ? null : stage; failure = null; show(); },
    ready() { loading = failure = null; show(); },
    failed(error, retry) {
      const { kind, title, text } = wordsOf(error);
      const advice = {
        died: "What needs nothing new from it goes on; press Retry to start it again.",
        silent: "Press Retry to end it and start it again.",
      }[kind] ?? "The presets, and noise, seeds, samples and rates of their networks, work without it; press Retry for everything else.";
      failure = { text: title, retry };
      showNotices([`${text} ${advice}`]);
      show();
    },
    /** A run takes long: it can be ended by a button, or (null) no more. */
    stops(end) {
      if (!end && !stop) return;
      stop = end && button("Stop", end, { id: "stop-run" });
      progress = null;
      show();
    },
    /** How far the run is that can be ended. */
    progress(step) {
      if (!stop) return;
      progress = step;
      setText(far, ` step ${step.step} of ${step.steps}`);
    },
    doing(text) { if (text !== doing) { doing = text; show(); } },
  };
}

/** `calm` is a hint for an empty plane; otherwise it can be put out of the way. */
function panel(calm, ...content) {
  const over = $("plane-over");
  over.classList.toggle("calm", calm);
  over.replaceChildren(...content);
  if (!calm) over.append(button("×", hidePanel, { class: "hide", "aria-label": "Hide this message", title: "Hide" }));
  over.hidden = false;
}
export function hidePanel() {
  document.body.classList.remove("invited");
  $("plane-over").hidden = true;
  $("plane-over").replaceChildren();
}

/** A run that left the real numbers: at which step, from which loss, and what usually helps. */
export function showDivergence({ step, lastLoss }, state, change) {
  const rate = state.learningRate;
  const calmer = rate.kind === "official" ? { kind: "constant", start: 0.1, end: 0.1 } : { ...rate, start: +(rate.start / 10).toPrecision(3), end: +(rate.end / 10).toPrecision(3) };
  const before = Number.isFinite(lastLoss) ? ` The loss before it was ${shown(lastLoss)}.` : "";
  const kept = step > 0 ? " Everything up to there can be scrubbed." : "";
  panel(false,
    make("p", {}, make("b", {}, `The run left the real numbers at step ${step}.`), make("span", { class: "more" }, `${before}${kept} Steps this large jump over the valley, and each lands higher than the last. A smaller learning rate usually helps.`)),
    make("div", { class: "row" },
      button(rate.kind === "official" ? "Take a rate of 0.1" : "Take a tenth of the rate", () => change({ learningRate: calmer }, true), { class: "primary", id: "calmer" }),
      button("Back to the official schedule", () => change({ learningRate: { kind: "official" } }, true)),
      ...(state.log ? [] : [button("Logarithmic loss axis", (event) => { change({ log: true }, true); event.target.remove(); })])),
  );
  setText($("announce"), `The run left the real numbers at step ${step}.`);
}

export function showFault(error, retry) {
  panel(false,
    make("p", {}, make("b", {}, "This run could not be made. "), String(error?.message ?? error).slice(0, 300)),
    make("p", {}, "Change a setting, or try again."),
    make("div", { class: "row" }, button("Try again", retry)));
}

/** In another page, before a touch: what is here, and what a press will fetch. */
export function showInvitation({ dataset, samples, points, layers, steps }, start) {
  const data = dataset === "own" ? `${points.length} points` : `${samples} points (${dataset})`;
  panel(true,
    make("p", {}, make("b", {}, `A network learns ${data}`), `, with hidden layers of ${layers.join(" and ") || "no"} neurons, in ${steps} steps. It does so in this page, with Python: some megabytes, fetched once.`),
    make("div", { class: "row" }, button("Train it", ({ target }) => { setText(target, "Training …"); start(); }, { class: "primary" })));
  document.body.classList.add("invited");
}

/** On a line that is to be spared: a change needs Python, what that weighs, and nothing by itself. */
export function showPrice(start) {
  panel(true,
    make("p", {}, make("b", {}, "This change needs Python. "), `That is ${megabytes(PYTHON_BYTES)} MB, fetched once. Your browser asks to save data, so it is not fetched unasked; noise, seeds, samples, rates and the presets do without.`),
    make("div", { class: "row" }, button("Fetch Python", () => { hidePanel(); start(); }, { class: "primary", id: "fetch-python" }), button("Not now", hidePanel)));
}

export const showHint = (text) => panel(true, make("p", {}, text));
