// The playground's start: makes the parts of the page and ties them to the store. A change goes one
// way: merged into the settings, kept in the store, shown in the controls, trained, painted, noted in
// the address bar. The engine says every number; this page draws and forwards.

import { UNABLE, canCompute } from "../shared/browser-support.js";
import { $, perFrame } from "../shared/dom.js";
import { createStage, hidePanel, showDivergence, showHint, showNotices } from "../shared/messages.js";
import { alive, reloadFresh } from "../shared/reload.js";
import { createEngine } from "../engine/engine.js";
import { lazyCurves } from "./curves/lazy-curves.js";
import { createTimeline } from "./curves/timeline.js";
import { createDialogs } from "./dialogs/dialogs.js";
import { createDrawer } from "./drawer/drawer.js";
import { createEmbedding } from "./embedding.js";
import { lazyControls } from "./lazy-controls.js";
import { createGradients } from "./network/gradients.js";
import { createNetwork } from "./network/network.js";
import { linesSwitch } from "./network/network-lines.js";
import { createPicture } from "./picture.js";
import { createPlane } from "./plane/plane.js";
import { createFacts } from "./run-facts.js";
import { createRunStatus } from "./run-status.js";
import { createScriptApi, summaryOf } from "./script-api.js";
import { setUpShell, showHidden } from "./shell.js";
import { createAddress } from "./state/address.js";
import { merge } from "./state/state.js";
import { createStore } from "./state/store.js";
import { createTraining } from "./training.js";

const isAble = canCompute();
const store = createStore();
const getState = () => store.settings;
const getResult = () => (store.isCurrent ? store.result : null);

const stage = createStage();
const address = createAddress({
  onNavigate(next, notices) { lazy.setUp(); showNotices(notices); replace(next, { note: false }); },
  onTooLong,
});
const embedding = createEmbedding({ start: () => engine.start(), hasPicture: () => store.result !== null, isWaiting: () => training.isBusy, getState, onInvited: store.invite, onOffer: stage.offers });
const { firstWorker } = window;
window.firstWorker = null; // from now on it is too late for one
const engine = createEngine({ firstWorker, onStage: stage.loading, onHeard: alive, onNeeded: () => stage.needed(training.isBusy), onProgress: stage.progress, onLost: (error) => stage.failed(error, training.restart), loadShared: () => import("./lazy.js"), ...embedding.terms });
const training = createTraining({ store, engine, stage });
createRunStatus({ store, stage, training });

const plane = createPlane($("plane-canvas"));
const gradients = createGradients({ engine, onArrived: (painted, answer) => { if (picture.takeGradients(painted, answer)) drawer.update(); } });
const network = createNetwork($("network-canvas"), $("network-readout"), { onOpen: (focus) => drawer.openNeuron(focus), onFocus: () => gradients.want(picture.painted), onStep: goTo });
const lines = linesSwitch($("lines"), { change });
const timeline = createTimeline({ getState, setStep, isTrained: () => store.isCurrent, onRun: training.run, onReset, change });
const curves = lazyCurves();
const picture = createPicture({ engine, plane, network, facts: createFacts(), timeline, gradients, getState, curves: () => curves.there, onPaint, onFault: store.fail });
const drawer = createDrawer({ engine, getState, picture, gradients, usualExample: () => plane.leastCertain(), goTo, getResult, getLink: () => address.link(store.settings) });
const lazy = lazyControls({ plane, again: picture.again, change, replace, getState, currentPoints: plane.rows, pad: timeline.pad, getPainted: () => picture.painted, openExample: drawer.openExample, onThere, onMissing });
const dialogs = createDialogs({ store, address, onTooLong, getState, getResult, picture, plane, network, curves: () => curves.there });

// -- what the reader changes -----------------------------------------------------------------------

function change(partial, settled = true) {
  const { state: next, notices } = merge(store.settings, partial);
  if (notices.length && settled) showNotices(notices); // not while a hand is on the control that it would move
  store.take(next, true);
  address.note(store.settings, settled, Object.keys(partial).join());
}
/** A whole other state: a preset, Back, an edited link. */
function replace(partial, { note = true } = {}) {
  store.take(merge(store.settings, partial).state);
  if (note) address.note(store.settings, true);
}
function setStep(step, settled) {
  if (!store.result) return;
  store.scrub(step);
  picture.show(store.result, step);
  timeline.show(step, store.last);
  if (settled) address.note(store.settings, true, "step");
}
/** From elsewhere on the page: the timeline stands there. */
function goTo(step) {
  timeline.pause();
  setStep(step, true);
}
function onReset() {
  store.reset();
  address.note(store.settings, true, "step");
}
function onTooLong() {
  showNotices(["These points are too many for a link. They stay in this tab, and Save keeps them as CSV or JSON."]);
}

// -- what follows ----------------------------------------------------------------------------------

function showNow() {
  const { settings } = store;
  lazy.show(settings);
  timeline.showState(settings);
  lines.show(settings);
  drawer.without(showHidden(settings, address.link));
}
function onThere() {
  showNow();
  if (picture.painted) lazy.follow();
}
function onMissing({ message }) {
  showNotices([`The controls did not load: ${message}.`], reloadFresh);
}
function onRun(result) {
  if (!result) return onNoRun(store.settings);
  embedding.welcome();
  if (!result.diverged) hidePanel();
  picture.show(result, timeline.playing ? picture.wanted?.step ?? 0 : store.step);
  if (result.diverged) showDivergence(result.diverged, store.settings, change);
}
function onNoRun({ points }) {
  picture.clear(Float64Array.from(points.flat()));
  follow(null);
  showHint(points.length ? "One more point, and the network has something to learn." : "Click the plane to place points of both classes, or paste rows under Data. Training begins with the second point.");
}
function onPaint(painted) {
  store.paint(painted.result, training.isBusy);
  document.dispatchEvent(new CustomEvent("painted", { detail: painted }));
  document.body.dataset.painted = String(Number(document.body.dataset.painted ?? 0) + 1);
  follow(painted);
}
function follow(painted) {
  for (const part of [drawer, lazy, dialogs]) part.follow(painted);
}
function measure() {
  const [ground, diagram] = [plane.measure(), network.measure()];
  if (!ground) return diagram ? network.draw({}) : undefined; // what an observer says first is no news
  if (picture.wanted) picture.again();
  else if (plane.scene) plane.draw({});
}

window.micrograd = createScriptApi({ store, engine, embedding, training, address, lazy, isAble });

async function boot() {
  const opened = address.open();
  store.open(opened.state);
  store.on("settings", perFrame(showNow));
  store.on("config", timeline.pause);
  store.on("step", () => picture.show(store.result, store.step));
  store.on("log", picture.again);
  store.on("lines", () => picture.showLines());
  store.on("run", onRun);
  store.on("phase", (phase) => { if (phase === "shown" || phase === "diverged") embedding.ran(summaryOf(store.result)); });
  showNotices(opened.notices);
  setUpShell({
    onTheme: () => { plane.draw({}); network.draw({}); picture.again(); },
    onShare: dialogs.share, onSave: dialogs.save, onSheet: lazy.setUp,
    onShowAll: () => change({ hide: [], show: [] }),
  });
  if (!isAble || !lazy.canWait(store.settings)) await lazy.setUp();
  showNow();
  document.body.dataset.shown = "";
  if (!isAble) {
    alive();
    return showHint(UNABLE);
  }
  new ResizeObserver(perFrame(measure)).observe($("plane-canvas"));
  new ResizeObserver(perFrame(measure)).observe($("network-canvas"));
  plane.measure();
  network.measure();
  training.awaitPython();
  const painted = new Promise((resolve) => { document.addEventListener("painted", resolve, { once: true }); });
  embedding.settle();
  const first = training.train().then(() => painted, () => null);
  lazy.setUpAfter(first);
  // The charts' code waits for the first picture: it is the larger part of what the page weighs.
  first.then(curves.load).then(picture.again)
    .catch((error) => showNotices([`The curves could not be drawn: ${error.message}.`], reloadFresh))
    .then(() => import("./lazy.js"))
    .then(({ keepForOffline }) => keepForOffline(new URL("../", import.meta.url)), () => null);
}
boot();
