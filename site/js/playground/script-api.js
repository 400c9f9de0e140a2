// window.micrograd: the page as a script has it, which may be a reader's at the console or a test's.

import { showNotices } from "../shared/messages.js";
import { written } from "./state/fields.js";
import { configOf, merge } from "./state/state.js";

/**
 * What a run came to.
 *
 * @param {Record<string, any>} result as the engine gives it
 */
export function summaryOf({ fingerprint, finalLoss, finalAccuracy, parameterCount, engine, trainMs, compileMs, diverged }) {
  return { fingerprint, finalLoss, finalAccuracy, parameterCount, engine, trainMs, compileMs, diverged };
}

/**
 * @param {object} page
 * @param {ReturnType<typeof import("./state/store.js").createStore>} page.store
 * @param {ReturnType<typeof import("../engine/engine.js").createEngine>} page.engine
 * @param {ReturnType<typeof import("./embedding.js").createEmbedding>} page.embedding
 * @param {ReturnType<typeof import("./training.js").createTraining>} page.training
 * @param {ReturnType<typeof import("./state/address.js").createAddress>} page.address
 * @param {ReturnType<typeof import("./lazy-controls.js").lazyControls>} page.lazy
 * @param {boolean} page.isAble kernels can run here
 */
export function createScriptApi({ store, engine, embedding, training, address, lazy, isAble }) {
  const unable = isAble ? null : Promise.reject(new Error("no WebAssembly"));
  unable?.catch(() => {});
  return {
    /** Settles when Python answers. Where that waits for a touch, to ask is one. */
    get ready() { return unable ?? (embedding.waits ? engine.start() : engine.ready); },
    get state() { return configOf(store.settings); },
    get result() { return store.isCurrent ? summaryOf(store.result) : null; },
    /**
     * Change settings and train. They have the names that a link has; `layers` are the hidden layers
     * alone, and a number is a constant learning rate. The result's `notices` say what was clamped, refused or
     * unknown; what holds no setting that can be taken rejects, and changes nothing.
     */
    async set(/** @type {any} */ partial) {
      if (partial === null || typeof partial !== "object" || Array.isArray(partial)) throw new TypeError(`set: expected an object of settings, such as {noise: 0.2}, not ${written(partial)}`);
      const { state: next, notices, taken } = merge(store.settings, partial, { outside: true });
      if (!taken && notices.length) throw Object.assign(new RangeError(`set: ${notices.join(" ")}`), { notices });
      lazy.setUp();
      showNotices(notices);
      store.open(next);
      address.now(next);
      embedding.touch();
      try {
        await training.train();
        return { ...(store.result && summaryOf(store.result)), notices };
      } catch (error) {
        throw Object.assign(error, { notices });
      }
    },
  };
}
