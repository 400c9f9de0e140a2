// The playground: the state, the engine and the parts of the page, tied together. A change of the
// state goes one way: merged into the table, shown in the controls, trained, painted, noted in the
// address bar. The engine says every number; this page draws and forwards.

import { UNABLE, canCompute } from "../shared/browser-support.js";
import { alive, reloadFresh, within } from "../shared/reload.js";
import { createAddress } from "./state/address.js";
import { $, perFrame } from "../shared/dom.js";
import { createDrawer } from "./drawer/drawer.js";
import { createEngine } from "../engine/engine.js";
import { createFacts } from "./run-facts.js";
import { written } from "./state/fields.js";
import { createGradients } from "./network/gradients.js";
import { createEmbedding } from "./embedding.js";
import { lazyControls } from "./lazy-controls.js";
import { createStage, hidePanel, showDivergence, showFault, showHint, showNotices } from "../shared/messages.js";
import { createNetwork } from "./network/network.js";
import { linesSwitch } from "./network/network-lines.js";
import { createPicture } from "./picture.js";
import { createPlane } from "./plane/plane.js";
import { createRunner } from "./state/runner.js";
import { configOf, merge, same } from "./state/state.js";
import { setUpShell, showHidden } from "./shell.js";
import { createTimeline } from "./curves/timeline.js";

const stage = createStage();
let state, curves = null, result = null, trained = null, fromReset = false;
const getState = () => state;

const address = createAddress({
  onNavigate(next, notices) { lazy.setUp(); showNotices(notices); replace(next, { note: false }); },
  onTooLong: tooLong,
});
const embedding = createEmbedding({ start: () => engine.start(), hasPicture: () => result !== null, isWaiting: () => runner.busy, getState, onInvited: unmark, onOffer: (start) => stage.offers(start) });
const { firstWorker } = window;
window.firstWorker = null; // from now on it is too late for one
const engine = createEngine({ firstWorker, onStage: (one) => stage.loading(one), onHeard: alive, onNeeded: () => stage.needed(runner.busy), onProgress: (step) => stage.progress(step), onLost: (error) => stage.failed(error, restart), ...embedding.terms });

const plane = createPlane($("plane-canvas"));
const gradients = createGradients({ engine, onArrived });
const network = createNetwork($("network-canvas"), $("network-readout"), { onOpen: (focus) => drawer.openNeuron(focus), onFocus: () => gradients.want(picture.painted), onStep: goTo });
const lines = linesSwitch($("lines"), { change });
const facts = createFacts();
const timeline = createTimeline({ getState, setStep, isTrained: () => current(), onRun, onReset, change });
const picture = createPicture({ engine, plane, network, facts, timeline, gradients, getState, curves: () => curves, onPaint, onFault });
const drawer = createDrawer({ engine, getState, picture, gradients, usualExample: () => plane.leastCertain(), goTo, getResult: () => (current() ? result : null), getLink: () => address.link(state) });
const lazy = lazyControls({ plane, again: () => picture.again(), change, replace, getState, currentPoints, pad: timeline.pad, getPainted: () => picture.painted, openExample: (index) => drawer.openExample(index), onThere, onMissing });
const runner = createRunner(engine, { onResult, onWaiting, onFault });

/** Is what was trained what the controls say? */
const current = () => trained !== null && same(trained, configOf(state));

function change(partial, settled = true) {
  const { state: next, notices } = merge(state, partial);
  if (notices.length && settled) showNotices(notices); // not while a hand is on the control that it would move
  take(next, settled, Object.keys(partial).join());
}
/** A whole other state: a preset, Back, an edited link. */
function replace(partial, { note = true } = {}) {
  const { state: next } = merge(state, partial);
  timeline.pause();
  take(next, true, undefined, note);
}
function take(next, settled, by, note = true) {
  const before = state;
  // Reset goes to step 0, where no change of a training shows: the next one is shown at its end.
  state = fromReset && by !== undefined && !same(configOf(before), configOf(next)) ? { ...next, step: null } : next;
  fromReset = false;
  show();
  if (note) address.note(state, settled, by);
  if (!same(configOf(before), configOf(state))) {
    timeline.pause();
    if (state.live) retrain();
    else markUntrained();
  } else if (state.live && !before.live && !current()) retrain();
  else if (before.step !== state.step && result) picture.show(result, stepOf(result));
  else if (before.log !== state.log) picture.again();
  else if (before.lines !== state.lines) showLines();
}
function showNow() {
  lazy.show(state);
  timeline.showState(state);
  lines.show(state);
  drawer.without(showHidden(state, address.link));
}
const show = perFrame(showNow);
function onThere() {
  showNow();
  if (picture.painted) lazy.follow();
}
function onMissing({ message }) {
  showNotices([`The controls did not load: ${message}.`], reloadFresh);
}

const retrain = perFrame(() => { train().catch(() => {}); });

async function train() {
  const config = configOf(state);
  if (config.dataset === "own" && config.points.length < 2) {
    trained = result = null;
    picture.clear(Float64Array.from(config.points.flat()));
    unmark();
    follow(null);
    showHint(config.points.length ? "One more point, and the network has something to learn." : "Click the plane to place points of both classes, or paste rows under Data. Training begins with the second point.");
    throw new Error("points: a run needs 2 points or more");
  }
  await runner.train(config);
  return summary();
}

let marking = 0, silence = 0, silent = false, pythonIsUp = false;
let offering = 0;
const LONG_MS = 1000; // a run that takes longer can be stopped
const SILENCE_S = 20; // longer than the slowest question that Python usually answers
function onWaiting() {
  clearTimeout(silence);
  silence = setTimeout(() => {
    silent = pythonIsUp && runner.busy;
    if (silent) stage.failed({ stage: "silent", message: `for ${SILENCE_S} seconds` }, restart);
  }, 1000 * SILENCE_S);
  document.body.setAttribute("aria-busy", "true");
  clearTimeout(offering);
  offering = setTimeout(() => { if (runner.busy) stage.stops(stopRun); }, LONG_MS);
  clearTimeout(marking);
  marking = setTimeout(() => {
    $("main").classList.add("stale");
    stage.doing(result ? "Training anew …" : "Training …");
  }, 100);
}
function markUntrained() {
  clearTimeout(marking);
  $("main").classList.add("stale");
  stage.doing("Changed: press Run to train.");
}
/** What is drawn stays, marked as older than the controls. */
function stopRun() {
  if (!runner.busy) return;
  runner.stop();
  unmark();
  $("main").classList.add("stale");
  stage.doing("Stopped: press Run to train.");
  $("run").focus();
}
/** There is nothing to stop any more. */
function over() {
  clearTimeout(offering);
  stage.stops(null);
}
function unmark() {
  clearTimeout(marking);
  over();
  clearTimeout(silence);
  if (silent) { stage.ready(); showNotices([]); }
  silent = false;
  $("main").classList.remove("stale");
  document.body.removeAttribute("aria-busy");
  stage.doing("");
  stage.needed(false);
}

const stepOf = ({ history }) => Math.min(state.step ?? Infinity, history.length / 5);

function onResult(next, { config }) {
  over();
  result = next;
  trained = config;
  embedding.welcome();
  if (!result.diverged) hidePanel();
  if (!timeline.playing) picture.show(result, stepOf(result));
  else picture.show(result, picture.wanted?.step ?? 0);
  if (result.diverged) showDivergence(result.diverged, state, change);
}
function onPaint(painted) {
  if (state.lines === "gradients") gradients.want(painted);
  if (current() && painted.result === result && !runner.busy) {
    unmark();
    embedding.ran(summary());
  }
  document.dispatchEvent(new CustomEvent("painted", { detail: painted }));
  document.body.dataset.painted = String(Number(document.body.dataset.painted ?? 0) + 1);
  follow(painted);
}
function follow(painted) {
  for (const part of [drawer, lazy, saving]) part?.follow(painted);
}
/** The second layer of the network: asked for while it is shown, drawn when it belongs to the step. */
function showLines(waiting) {
  const { painted } = picture;
  if (state.lines === "gradients") gradients.want(painted);
  network.draw({ lines: state.lines, gradients: gradients.of(painted), waiting });
}
function onArrived(painted, answer) {
  if (painted.result !== picture.painted?.result || painted.step !== picture.painted.step) return;
  showLines(answer instanceof Error ? `There are no gradients at step ${painted.step}: ${answer.message}` : undefined);
  drawer.update();
}
function onFault(error) {
  clearTimeout(marking);
  over();
  stage.doing("");
  stage.needed(false);
  document.body.removeAttribute("aria-busy");
  $("main").classList.add("stale");
  showFault(error, error?.name === "BootError" ? restart : retrain);
}

function setStep(step, settled) {
  if (!result) return;
  fromReset = false;
  const finished = result.history.length / 5;
  state = { ...state, step: step >= finished ? null : step };
  picture.show(result, step);
  timeline.show(step, finished);
  if (settled) address.note(state, true, "step");
}
/** From elsewhere on the page: the timeline stands there. */
function goTo(step) {
  timeline.pause();
  setStep(step, true);
}
/** Run: with a changed but untrained configuration, train it first; true when it did. */
function onRun() {
  if (current() || runner.busy) return false;
  retrain();
  return true;
}
function onReset() {
  fromReset = true;
  state = { ...state, step: 0 };
  address.note(state, true, "step");
  retrain();
}
function currentPoints() {
  const points = plane.scene?.points ?? [];
  return Array.from({ length: points.length / 3 }, (_, k) => [...points.slice(3 * k, 3 * k + 3)]);
}

function summary() {
  if (!result) return null;
  const { fingerprint, finalLoss, finalAccuracy, parameterCount, engine: by, trainMs, compileMs, diverged } = result;
  return { fingerprint, finalLoss, finalAccuracy, parameterCount, engine: by, trainMs, compileMs, diverged };
}
let ready = null;
window.micrograd = {
  /** Settles when Python answers. Where that waits for a touch, to ask is one. */
  get ready() { return ready ?? (embedding.waits ? engine.start() : engine.ready); },
  get state() { return configOf(state); },
  get result() { return current() ? summary() : null; },
  /**
   * Change settings and train. They have the names that a link has; `layers` are the hidden layers
   * alone, and a number is a constant learning rate. The result's `notices` say what was clamped, refused or
   * unknown; what holds no setting that can be taken rejects, and changes nothing.
   */
  async set(partial) {
    if (partial === null || typeof partial !== "object" || Array.isArray(partial)) throw new TypeError(`set: expected an object of settings, such as {noise: 0.2}, not ${written(partial)}`);
    const { state: next, notices, taken } = merge(state, partial, { outside: true });
    if (!taken && notices.length) throw Object.assign(new RangeError(`set: ${notices.join(" ")}`), { notices });
    lazy.setUp();
    showNotices(notices);
    state = next;
    show();
    address.now(state);
    embedding.touch();
    try {
      return { ...await train(), notices };
    } catch (error) {
      throw Object.assign(error, { notices });
    }
  },
};

function tooLong() {
  showNotices(["These points are too many for a link. They stay in this tab, and Save keeps them as CSV or JSON."]);
}
// The two dialogs are fetched when they are asked for.
const missing = (error) => showNotices([`This dialog did not load: ${error.message}. Press its button again to retry.`]);
async function share() {
  address.now(state);
  if (!address.fits(state)) return tooLong();
  const { openShare } = await import("./lazy.js");
  openShare(() => address.link({ ...state, embed: false, hide: [], show: [], lesson: "" }));
}
let saving = null;
async function save() {
  const { createSaving } = await import("./lazy.js");
  saving ??= createSaving({ getState, picture, getResult: () => (current() ? result : null), plane, network, curves: () => curves });
  saving.open();
}

function measure() {
  const [ground, diagram] = [plane.measure(), network.measure()];
  if (!ground) return diagram ? network.draw({}) : undefined; // what an observer says first is no news
  if (picture.wanted) picture.again();
  else if (plane.scene) plane.draw({});
}

function awaitReady() {
  pythonIsUp = false;
  engine.ready.then(() => { pythonIsUp = true; stage.ready(); }, (error) => stage.failed(error, restart));
}
/** Another Python, and whatever run was asked for meanwhile. */
function restart() {
  engine.retry().catch(() => {});
  awaitReady();
  if (!current()) retrain();
}

async function boot() {
  const opened = address.open();
  state = opened.state;
  showNotices(opened.notices);
  setUpShell({
    onTheme: () => { plane.draw({}); network.draw({}); picture.again(); },
    onShare: () => share().catch(missing),
    onSave: () => save().catch(missing),
    onSheet: lazy.setUp,
    onShowAll: () => change({ hide: [], show: [] }),
  });
  const able = canCompute();
  if (!able) {
    ready = Promise.reject(new Error("no WebAssembly"));
    ready.catch(() => {});
  }
  if (!able || !lazy.canWait(state)) await lazy.setUp();
  showNow();
  document.body.dataset.shown = "";
  if (!able) {
    alive();
    return showHint(UNABLE);
  }
  new ResizeObserver(perFrame(measure)).observe($("plane-canvas"));
  new ResizeObserver(perFrame(measure)).observe($("network-canvas"));
  plane.measure();
  network.measure();
  awaitReady();
  const painted = new Promise((resolve) => { document.addEventListener("painted", resolve, { once: true }); });
  embedding.settle();
  const first = train().then(() => painted, () => null);
  lazy.setUpAfter(first);
  // The charts' code waits for the first picture: it is the larger part of what the page weighs.
  const later = async () => {
    await first;
    const { createCurves } = await within(import("./curves/curves.js"));
    curves = await within(createCurves({ loss: $("loss-chart"), accuracy: $("accuracy-chart") }));
    picture.again();
  };
  later()
    .catch((error) => showNotices([`The curves could not be drawn: ${error.message}.`], reloadFresh))
    .then(() => import("./lazy.js"))
    .then(({ keepForOffline }) => keepForOffline(new URL("../", import.meta.url)), () => null);
}
boot();
