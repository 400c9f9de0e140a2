// The store of the playground's page: its phases and who is told what.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configOf, defaults } from "../../site/js/playground/state/state.js";
import { createStore } from "../../site/js/playground/state/store.js";

const EVENTS = ["settings", "config", "train", "step", "log", "lines", "run", "phase"];
let store, told;

/** A run of so many steps, as far as the store looks at one. */
const resultOf = (steps, diverged = null) => ({ history: new Float64Array(5 * steps), diverged });
const settingsWith = (changes) => ({ ...store.settings, ...changes });
/** What was told since this was asked last. */
const news = () => told.splice(0);

/** Train the settings of now, to the end of their picture. */
function train(result = resultOf(100)) {
  store.wait();
  store.arrive(result, configOf(store.settings));
  store.paint(result, false);
  news();
  return result;
}

beforeEach(() => {
  store = createStore();
  told = [];
  for (const event of EVENTS) store.on(event, (...more) => told.push([event, ...more]));
  store.open(defaults());
  news();
});

test("a page that opens has nothing, then waits, then shows its run", () => {
  assert.equal(store.phase, "untrained");
  assert.equal(store.result, null);
  assert.equal(store.isCurrent, false);
  store.wait();
  assert.equal(store.phase, "waiting");
  const result = resultOf(100);
  store.arrive(result, configOf(store.settings));
  assert.equal(store.phase, "waiting", "until its picture is there");
  assert.equal(store.isCurrent, true);
  store.paint(result, false);
  assert.equal(store.phase, "shown");
  assert.deepEqual(news(), [["phase", "waiting", undefined], ["run", result], ["phase", "shown", undefined]]);
});

test("a run that left the real numbers is shown as that", () => {
  train(resultOf(12, { step: 11, lastLoss: 1e300 }));
  assert.equal(store.phase, "diverged");
});

test("a change of what makes the run is trained at once", () => {
  train();
  store.take(settingsWith({ noise: 0.2 }), true);
  assert.deepEqual(news(), [["settings"], ["config"], ["train"]]);
  assert.equal(store.isCurrent, false);
  assert.equal(store.phase, "shown", "until somebody begins");
});

test("without live it waits for Run, and says why", () => {
  train();
  store.take(settingsWith({ live: false }), true);
  assert.deepEqual(news(), [["settings"]]);
  store.take(settingsWith({ noise: 0.2 }), true);
  assert.deepEqual(news(), [["settings"], ["config"], ["phase", "untrained", "changed"]]);
  store.take(settingsWith({ live: true }), true);
  assert.deepEqual(news(), [["settings"], ["train"]], "live again, what waits is trained");
});

test("live again, what is trained already is not trained again", () => {
  train();
  store.take(settingsWith({ live: false }), true);
  store.take(settingsWith({ live: true }), true);
  assert.deepEqual(news(), [["settings"], ["settings"]]);
});

test("what only changes the view trains nothing", () => {
  train();
  store.take(settingsWith({ step: 7 }), true);
  store.take(settingsWith({ log: true }), true);
  store.take(settingsWith({ lines: "gradients" }), true);
  store.take(settingsWith({ pace: 60 }), true);
  assert.deepEqual(news().filter(([event]) => event !== "settings"), [["step"], ["log"], ["lines"]]);
  assert.equal(store.phase, "shown");
  assert.equal(store.isCurrent, true);
});

test("a step without a run is nothing to draw", () => {
  store.take(settingsWith({ step: 7 }), true);
  assert.deepEqual(news(), [["settings"]]);
});

test("the step shown is the settings', and no further than the run went", () => {
  assert.equal(store.step, 0);
  train(resultOf(40));
  assert.equal(store.step, 40);
  store.take(settingsWith({ step: 12 }), true);
  assert.equal(store.step, 12);
  store.take(settingsWith({ step: 80 }), true);
  assert.equal(store.step, 40);
});

test("the timeline's last step is the last of whatever run comes", () => {
  store.scrub(3);
  assert.equal(store.settings.step, null, "without a run it stands nowhere");
  train(resultOf(40));
  store.scrub(3);
  assert.equal(store.settings.step, 3);
  store.scrub(40);
  assert.equal(store.settings.step, null);
  assert.deepEqual(news(), [], "who moves it draws it");
});

test("after Reset the next change of the training is shown at its end", () => {
  train();
  store.reset();
  assert.deepEqual([store.settings.step, news()], [0, [["train"]]]);
  store.take(settingsWith({ noise: 0.3 }), true);
  assert.equal(store.settings.step, null);
});

test("but not when something else came between, or a whole other state comes", () => {
  for (const between of [
    () => store.take(settingsWith({ log: !store.settings.log }), true),
    () => { store.scrub(5); store.scrub(0); },
  ]) {
    train();
    store.reset();
    between();
    store.take(settingsWith({ noise: store.settings.noise + 0.1 }), true);
    assert.equal(store.settings.step, 0);
  }
  store.reset();
  store.take(settingsWith({ noise: 0.9 }));
  assert.equal(store.settings.step, 0, "a link says its step itself");
});

test("a picture of an older run, or one while another runs, ends no waiting", () => {
  const older = train();
  store.take(settingsWith({ noise: 0.2 }), true);
  store.wait();
  store.paint(older, true);
  assert.equal(store.phase, "waiting");
  store.paint(older, false);
  assert.equal(store.phase, "waiting", "it is not the run of these settings");
  const newer = resultOf(100);
  store.arrive(newer, configOf(store.settings));
  store.paint(older, false);
  assert.equal(store.phase, "waiting", "a picture that was under way");
  store.paint(newer, true);
  assert.equal(store.phase, "waiting");
  store.paint(newer, false);
  assert.equal(store.phase, "shown");
});

test("a change back to what was trained is current again", () => {
  train();
  store.take(settingsWith({ noise: 0.2 }), true);
  assert.equal(store.isCurrent, false);
  store.take(settingsWith({ noise: 0.1 }), true);
  assert.equal(store.isCurrent, true);
});

test("a stopped run, an invitation and a fault say what they are", () => {
  store.wait();
  store.stop();
  store.wait();
  store.invite();
  store.wait();
  const error = new Error("too much");
  store.fail(error);
  const phases = news().filter(([, phase]) => phase !== "waiting");
  assert.deepEqual(phases, [["phase", "untrained", "stopped"], ["phase", "untrained", "invited"], ["phase", "failed", error]]);
});

test("a fault leaves the run that is drawn, and its picture ends it", () => {
  const result = train();
  store.fail(new Error("no surface"));
  assert.equal(store.phase, "failed");
  assert.equal(store.result, result);
  store.paint(result, false);
  assert.equal(store.phase, "shown");
});

test("without anything to train there is no run", () => {
  train();
  store.clear();
  assert.deepEqual(news(), [["run", null], ["phase", "untrained", "empty"]]);
  assert.deepEqual([store.result, store.isCurrent, store.step], [null, false, 0]);
});

test("settings are never changed in place", () => {
  const opened = store.settings, before = structuredClone(opened);
  store.reset();
  train();
  store.scrub(3);
  store.take(settingsWith({ noise: 0.2 }), true);
  assert.deepEqual(opened, before);
});
