// What the page says of the run that is under way: marks what is drawn as older than the settings,
// offers to stop what takes long, and notices when Python has fallen silent.

import { showFault, showNotices } from "../shared/messages.js";
import { $ } from "../shared/dom.js";

const MARK_MS = 100; // most runs are there sooner
const LONG_MS = 1000; // a run that takes longer can be stopped
const SILENCE_S = 20; // longer than the slowest question that Python usually answers

/**
 * @param {object} page
 * @param {ReturnType<typeof import("./state/store.js").createStore>} page.store
 * @param {ReturnType<typeof import("../shared/messages.js").createStage>} page.stage
 * @param {ReturnType<typeof import("./training.js").createTraining>} page.training
 */
export function createRunStatus({ store, stage, training }) {
  let marking = 0, offering = 0, silence = 0, isSilent = false;
  const { classList } = $("main");

  /** There is nothing to stop any more. */
  function over() {
    clearTimeout(offering);
    stage.stops(null);
  }
  function stop() {
    if (!training.isBusy) return;
    training.stop();
    $("run").focus();
  }
  function wait() {
    clearTimeout(silence);
    silence = setTimeout(() => {
      isSilent = training.hasPython && training.isBusy;
      if (isSilent) stage.failed({ stage: "silent", message: `for ${SILENCE_S} seconds` }, training.restart);
    }, 1000 * SILENCE_S);
    document.body.setAttribute("aria-busy", "true");
    clearTimeout(offering);
    offering = setTimeout(() => { if (training.isBusy) stage.stops(stop); }, LONG_MS);
    clearTimeout(marking);
    marking = setTimeout(() => {
      classList.add("stale");
      stage.doing(store.result ? "Training anew …" : "Training …");
    }, MARK_MS);
  }
  function rest() {
    over();
    stage.doing("");
    stage.needed(false);
    document.body.removeAttribute("aria-busy");
    classList.remove("stale");
  }
  /** @param {string} text */
  function mark(text) {
    classList.add("stale");
    stage.doing(text);
  }
  function calm() {
    clearTimeout(silence);
    if (isSilent) { stage.ready(); showNotices([]); }
    isSilent = false;
    rest();
  }
  store.on("run", over);
  store.on("phase", (phase, why) => {
    if (phase === "waiting") return wait();
    clearTimeout(marking);
    if (phase === "failed") {
      rest();
      classList.add("stale");
      return showFault(why, why?.name === "BootError" ? training.restart : training.retrain);
    }
    if (why === "changed") return mark("Changed: press Run to train.");
    calm();
    if (why === "stopped") mark("Stopped: press Run to train.");
  });
}
