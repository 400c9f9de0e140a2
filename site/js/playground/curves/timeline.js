// The recorded run as a timeline: scrub it with the slider or on the curves, play it, step it.

import { $, setText } from "../../shared/dom.js";

export function createTimeline({ getState, setStep, isTrained, onRun, onReset, change }) {
  const scrub = $("scrub"), run = $("run"), stepOn = $("step"), curves = $("curves"), cursor = $("cursor");
  const pad = { left: 48, right: 16 }; // as in curves.js
  let last = 0, playing = 0, at = 0, width = 0;

  function show(step, finished) {
    begun = true;
    at = step;
    last = finished;
    scrub.max = finished;
    if (Number(scrub.value) !== step) scrub.value = step;
    scrub.setAttribute("aria-valuetext", `step ${step} of ${finished}`);
    placeCursor();
    showWords();
  }
  function placeCursor() {
    cursor.style.transform = `translateX(${pad.left + (last ? at / last : 0) * (width - pad.left - pad.right)}px)`;
  }
  // Asked when it changes: to ask while a picture is painted would lay out the page once more.
  new ResizeObserver(() => {
    width = curves.clientWidth;
    placeCursor();
  }).observe(curves);
  const PLAY = "M4 2.5v11l9-5.5z", PAUSE = "M4 2.5h3v11H4zM9 2.5h3v11H9z";
  let shown = "", begun = false; // until the first picture the buttons stay as the page has them
  /** Each button says what it does now: what is trained is shown again, and after the last step comes none. */
  function showWords() {
    const ended = at >= last;
    const word = playing ? "Pause" : !isTrained() ? "Run" : ended ? "Replay" : "Play";
    if (!begun || shown === word + ended) return;
    shown = word + ended;
    setText(run.querySelector("span"), word);
    run.setAttribute("aria-label", { Replay: "Replay the run", Play: "Play the run" }[word] ?? word);
    run.title = { Run: "Train it", Replay: "Show the run again from step 0", Play: "Show the run from here" }[word] ?? "";
    run.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
    stepOn.setAttribute("aria-disabled", String(ended));
    stepOn.title = ended ? "This is the last step." : "On to the next step";
  }
  function pause() {
    if (playing) cancelAnimationFrame(playing);
    playing = 0;
    showWords();
  }
  function play() {
    let from = at >= last ? 0 : at, since = 0;
    const tick = (now) => {
      since ||= now;
      const step = Math.min(last, from + Math.floor(((now - since) * getState().pace) / 1000));
      if (step !== at) setStep(step, false);
      if (step >= last) return pause();
      playing = requestAnimationFrame(tick);
    };
    if (from !== at) setStep(from, false);
    playing = requestAnimationFrame(tick);
    showWords();
  }
  run.addEventListener("click", () => { if (playing) pause(); else if (!onRun()) play(); });
  stepOn.addEventListener("click", () => {
    pause();
    if (at < last) setStep(at + 1, true);
    else setText($("announce"), `Step ${last} is the last one.`);
  });
  $("reset").addEventListener("click", () => { pause(); onReset(); });
  scrub.addEventListener("input", () => { pause(); setStep(Number(scrub.value), false); });
  scrub.addEventListener("change", () => setStep(Number(scrub.value), true));
  $("pace").addEventListener("change", () => { change({ pace: Number($("pace").value) }, true); if (playing) { pause(); play(); } });
  $("log").addEventListener("change", () => change({ log: $("log").checked }, true));

  const stepUnder = (event) => {
    const box = curves.getBoundingClientRect();
    const share = (event.clientX - box.left - pad.left) / (box.width - pad.left - pad.right);
    return Math.round(Math.max(0, Math.min(1, share)) * last);
  };
  let dragging = false;
  curves.addEventListener("pointerdown", (event) => {
    dragging = true;
    curves.setPointerCapture(event.pointerId);
    pause();
    setStep(stepUnder(event), false);
  });
  curves.addEventListener("pointermove", (event) => dragging && setStep(stepUnder(event), false));
  for (const end of ["pointerup", "pointercancel"]) {
    curves.addEventListener(end, () => { if (dragging) setStep(at, true); dragging = false; });
  }
  return {
    show, pause, pad,
    get playing() { return playing !== 0; },
    showState(state) {
      const pace = $("pace"), wanted = String(state.pace);
      if (pace.value !== wanted) {
        if (![...pace.options].some(({ value }) => value === wanted)) pace.add(new Option(`${wanted}/s`, wanted));
        pace.value = wanted;
      }
      $("log").checked = state.log;
      showWords();
    },
  };
}
