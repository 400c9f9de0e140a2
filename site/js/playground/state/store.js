// What the playground's page holds, in one object: the settings, the newest run, and how the two stand
// to one another, which is its phase. It changes by the transitions below and by nothing else, and tells
// whoever listens. It knows no document, no clock and no engine.

import { stepsOf } from "../../shared/history.js";
import { configOf, same } from "./state.js";

/**
 * How what is drawn stands to what the settings say:
 *
 * - "untrained": nothing is under way. Either there was a change, or the run was stopped, or there is
 *   nothing to train, or it waits for the reader's word.
 * - "waiting": a run is under way, or its picture is.
 * - "shown": the run of these settings is drawn.
 * - "diverged": the same, of a run that left the real numbers.
 * - "failed": the run of these settings could not be made or drawn.
 *
 * @typedef {"untrained"|"waiting"|"shown"|"diverged"|"failed"} Phase
 */

/**
 * @typedef {object} Result what the engine says of a run
 * @property {Float64Array} history a row of numbers for each step (shared/history.js)
 * @property {{step: number, lastLoss: number}|null} diverged
 *
 * @typedef {Record<string, any>} Settings one value for each field of state.js
 * @typedef {{result: Result, config: Settings}} Run
 */

/**
 * A store without settings; `open` gives it some. Who listens hears of:
 *
 * - "settings": they are others
 * - "config": those of them that make the run are
 * - "train": they are to be trained now
 * - "step", "log", "lines": of the settings, only that one changed what is to be drawn
 * - "run": there is another run, or (null) none
 * - "phase": the phase, and why it is "untrained" or "failed"
 */
export function createStore() {
  /** @type {Settings} */
  let settings;
  /** @type {Run|null} */
  let run = null;
  /** @type {Phase} */
  let phase = "untrained";
  let atStart = false; // Reset was pressed, and nothing since
  /** @type {Map<string, Array<(...news: any[]) => void>>} */
  const listeners = new Map();

  /** @param {string} event @param {any[]} news */
  function tell(event, ...news) {
    for (const listener of listeners.get(event) ?? []) listener(...news);
  }
  /** @param {Phase} next @param {any} [why] */
  function enter(next, why) {
    phase = next;
    tell("phase", phase, why);
  }
  const isCurrent = () => run !== null && same(run.config, configOf(settings));
  /** @param {Result} result */
  const last = ({ history }) => stepsOf(history);

  return {
    /** @param {string} event @param {(...news: any[]) => void} listener */
    on(event, listener) { listeners.set(event, [...(listeners.get(event) ?? []), listener]); },
    get settings() { return settings; },
    get phase() { return phase; },
    /** The newest run's result, or null. */
    get result() { return run && run.result; },
    /** Is the newest run the one of these settings? */
    get isCurrent() { return isCurrent(); },
    /** How many steps the newest run has made. */
    get last() { return run ? last(run.result) : 0; },
    /** The step of the newest run that is to be shown. */
    get step() { return run ? Math.min(settings.step ?? Infinity, last(run.result)) : 0; },

    /** Other settings, of which somebody else says what follows. @param {Settings} next */
    open(next) {
      settings = next;
      tell("settings");
    },
    /**
     * Other settings, and what follows from them.
     * @param {Settings} next
     * @param {boolean} [byHand] one control was moved; otherwise they are a whole other state
     */
    take(next, byHand = false) {
      const before = settings;
      const isOther = !same(configOf(before), configOf(next));
      // Reset goes to step 0, where no change of a training shows: the next one is shown at its end.
      settings = atStart && byHand && isOther ? { ...next, step: null } : next;
      atStart = false;
      tell("settings");
      if (isOther) tell("config");
      if (isOther && !settings.live) enter("untrained", "changed");
      else if (isOther || (settings.live && !before.live && !isCurrent())) tell("train");
      else if (before.step !== settings.step && run) tell("step");
      else for (const name of ["log", "lines"]) if (before[name] !== settings[name]) return tell(name);
    },
    /** The timeline stands at this step of the newest run. @param {number} step */
    scrub(step) {
      if (!run) return;
      atStart = false;
      settings = { ...settings, step: step >= last(run.result) ? null : step };
    },
    /** Back to step 0 of these settings' run. */
    reset() {
      settings = { ...settings, step: 0 };
      atStart = true;
      tell("train");
    },

    /** A run is under way, or another one in its place. */
    wait() { enter("waiting"); },
    /** A run has come. @param {Result} result @param {Settings} config */
    arrive(result, config) {
      run = { result, config };
      tell("run", result);
    },
    /**
     * A picture of a run was painted.
     * @param {Result} result
     * @param {boolean} isBusy another run is under way
     */
    paint(result, isBusy) {
      if (!isBusy && run?.result === result && isCurrent()) enter(result.diverged ? "diverged" : "shown");
    },
    /** What was under way was given up. */
    stop() { enter("untrained", "stopped"); },
    /** What is under way waits for the reader's word. */
    invite() { enter("untrained", "invited"); },
    /** There is nothing to train. */
    clear() {
      run = null;
      tell("run", null);
      enter("untrained", "empty");
    },
    /** @param {Error} error */
    fail(error) { enter("failed", error); },
  };
}
