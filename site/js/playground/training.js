// Trains what the settings say: starts runs, gives them up, and starts Python again when it is gone.
// What becomes of a run stands in the store.

import { perFrame } from "../shared/dom.js";
import { createRunner } from "./state/runner.js";
import { configOf } from "./state/state.js";

/**
 * @param {object} page
 * @param {ReturnType<typeof import("./state/store.js").createStore>} page.store
 * @param {ReturnType<typeof import("../engine/engine.js").createEngine>} page.engine
 * @param {ReturnType<typeof import("../shared/messages.js").createStage>} page.stage
 */
export function createTraining({ store, engine, stage }) {
  let hasPython = false;
  const runner = createRunner(engine, {
    onWaiting: store.wait,
    onResult: (result, { config }) => store.arrive(result, config),
    onFault: store.fail,
  });
  /** Settles when these settings' run is there. */
  async function train() {
    const config = configOf(store.settings);
    if (config.dataset === "own" && config.points.length < 2) {
      store.clear();
      throw new Error("points: a run needs 2 points or more");
    }
    await runner.train(config);
  }
  const retrain = perFrame(() => { train().catch(() => {}); });
  function awaitPython() {
    hasPython = false;
    engine.ready.then(() => { hasPython = true; stage.ready(); }, (error) => stage.failed(error, restart));
  }
  /** Another Python, and whatever run was asked for meanwhile. */
  function restart() {
    engine.retry().catch(() => {});
    awaitPython();
    if (!store.isCurrent) retrain();
  }
  store.on("train", retrain);
  return {
    train, retrain, restart, awaitPython,
    /** Run was pressed; false: there is nothing to train. */
    run() {
      if (store.isCurrent || runner.busy) return false;
      retrain();
      return true;
    },
    get isBusy() { return runner.busy; },
    get hasPython() { return hasPython; },
    /** What is drawn stays, marked as older than the controls. */
    stop() {
      runner.stop();
      store.stop();
    },
  };
}
