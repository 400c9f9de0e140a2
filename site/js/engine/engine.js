// The engine as a page sees it: promises of results. Two workers do the work (worker.js runs
// kernels, python.js is Python); every number comes from them.

import { Client, named, plain, serve } from "./remote-calls.js";
import { alike, ownFields } from "../shared/config.js";
import { newWorker } from "../shared/new-worker.js";
import { startPython } from "./start-python.js";

// Python is fetched when the first picture is drawn, or when something needs it, or after this.
const PATIENCE_MS = 1500;

/**
 * @param {object} options
 * @param {(stage: {name: string, loadedBytes: number, totalBytes: number}) => void} [options.onStage]
 * @param {(error: Error) => void} [options.onLost] Python broke down after it had been ready
 * @param {() => void} [options.onHeard] the page's worker is there, or it is known not to come
 * @param {() => void} [options.onNeeded] something waits for Python, which is on its way
 * @param {(progress: {step: number, steps: number}) => void} [options.onProgress] of a run under way
 * @param {string|URL} [options.base] the site's root
 * @param {() => boolean} [options.mayStart] asked when something needs Python; where it is given,
 *   nothing else starts Python but `start`
 * @param {string} [options.group] the name under which the frames of one page share Python
 * @param {() => Promise<typeof import("./shared-python.js")>} [options.loadShared] fetches what they
 *   share it with, which most pages do without
 * @param {{worker: Worker, trained?: object, failed?: ErrorEvent}} [options.firstWorker] one that
 *   runs already, the run that it sent, and what became of it (early.js)
 */
export function createEngine({ onStage = () => {}, onLost = () => {}, onHeard = () => {}, onNeeded = () => {}, onProgress = () => {}, base = new URL("../", import.meta.url), mayStart = null, group = "", loadShared, firstWorker = null } = {}) {
  return new Engine(onStage, onLost, onHeard, onNeeded, onProgress, new URL(base, location.href).href, mayStart, group, loadShared, firstWorker);
}

class Engine {
  #onStage;
  #onLost;
  #onHeard;
  #onNeeded;
  #onProgress;
  #base;
  #mayStart;
  #group;
  #loadShared;
  #worker;
  #client;
  #python = null;
  #boot;
  #sent = null; // a result that nobody has asked for yet
  #running = null;
  #waiting = null;

  constructor(onStage, onLost, onHeard, onNeeded, onProgress, base, mayStart, group, loadShared, firstWorker) {
    this.#onStage = onStage;
    this.#onLost = onLost;
    this.#onHeard = onHeard;
    this.#onNeeded = onNeeded;
    this.#onProgress = onProgress;
    this.#base = base;
    this.#mayStart = mayStart;
    this.#group = group;
    this.#loadShared = loadShared;
    this.#promiseReady();
    this.#startWorker(firstWorker);
    if (!mayStart) setTimeout(() => this.#startPython(), PATIENCE_MS);
  }

  #startWorker(first = null) {
    const worker = first?.worker ?? newWorker(new URL(WORKER_FILE, import.meta.url));
    this.#worker = worker;
    this.#client = new Client(worker);
    this.#sent = first?.trained ?? null;
    if (this.#sent) this.#onHeard();
    worker.addEventListener("message", ({ data }) => {
      this.#onHeard();
      if (data.trained) {
        this.#sent = data.trained;
        this.#answerWithSent();
      }
      if (data.progress && this.#running && !this.#running.stopped) this.#onProgress(data.progress);
      if (!data.needsPython) return;
      if (!this.#mayStart || this.#python || this.#mayStart()) this.#startPython();
      if (this.#python && !this.#boot.done) this.#onNeeded();
    });
    const failed = (event) => {
      event.preventDefault();
      const error = named("BootError", event.message || "the page's worker did not load", { stage: "worker" });
      this.#client.lose(error);
      worker.terminate();
      this.#worker = null;
      this.#onHeard();
      this.#bootFailed(error);
    };
    worker.addEventListener("error", failed);
    if (first?.failed) failed(first.failed);
  }

  /** Settles when Python answers; rejects with the stage and message of what failed. */
  get ready() { return this.#boot.promise; }

  /** Has Python been asked for? */
  get started() { return this.#python !== null; }

  /** Fetch Python if nobody has. A promise as `ready`. */
  start() {
    this.#startPython();
    return this.ready;
  }

  /** End Python, whatever became of it, and start another. A promise as `ready`. */
  retry() {
    this.#python?.end();
    this.#python = null;
    this.#connect({ error: plain(named("BootError", "Python is being started again", { stage: "running" })) });
    this.#promiseReady();
    if (!this.#worker) this.#startWorker();
    this.#startPython();
    return this.ready;
  }

  /** Train from scratch. A newer call takes the place of an older one that has not ended. */
  train(config) {
    return new Promise((resolve, reject) => {
      const request = { config: ownFields(config), resolve, reject };
      for (const older of [this.#running, this.#waiting]) {
        older?.reject(named("Superseded", "a newer request took its place"));
      }
      if (this.#running) {
        this.#waiting = request;
        this.#client.call("cancel").catch(() => null);
      } else this.#run(request);
    });
  }

  /** Give up the training that runs and the one that waits. */
  stop() {
    for (const one of [this.#running, this.#waiting]) {
      one?.reject(named("Stopped", "the run was stopped"));
      if (one) one.stopped = true;
    }
    this.#waiting = null;
    if (this.#running) this.#client.call("cancel").catch(() => null);
  }

  #answerWithSent() {
    if (!this.#sent || !this.#running || !alike(this.#sent.config, this.#running.config)) return;
    this.#running.resolve(this.#sent);
    this.#sent = null;
  }

  async #run(request) {
    this.#running = request;
    this.#answerWithSent();
    try {
      request.resolve(await this.#client.call("train", request.config));
    } catch (error) {
      request.reject(error);
      // A worker's memory never shrinks: another one has all of it again.
      if (error.name === "MemoryError") this.retry().catch(() => null);
    }
    this.#running = null;
    const next = this.#waiting;
    this.#waiting = null;
    if (next) this.#run(next);
  }

  /** Every neuron's output on a grid of the plane. */
  async surface(request) {
    const answer = await this.#client.call("surface", request);
    if (!this.#mayStart && !this.#python) {
      this.#worker?.postMessage({ pictureIsThere: true });
      this.#startPython();
    }
    return answer;
  }

  /** One example's loss, or an expression, as a graph. */
  graph({ config, ...request }) {
    return this.#client.call("graph", { ...request, config: config && ownFields(config) });
  }

  /** One step of a run in plain Values, from what came before it: {row, parameters} after it. */
  step({ config, ...request }) {
    return this.#client.call("step", { ...request, config: ownFields(config) });
  }

  /** The total loss's gradient with respect to each parameter, as a step of a run sees it. */
  gradients({ config, ...request }) {
    return this.#client.call("gradients", { ...request, config: ownFields(config) });
  }

  /** The Python text that makes exactly this run. */
  code(config) { return this.#client.call("code", ownFields(config)); }

  /** The text of a result's `kernel`; without it, of the one that was trained last. */
  wat(kernel) { return this.#client.call("wat", kernel); }

  /** The bytes of a result's `kernel`; without it, of the one that was trained last. */
  wasm(kernel) { return this.#client.call("wasm", kernel); }

  /** End both workers; the engine is of no use afterwards. */
  close() {
    const gone = named("Error", "the engine was closed");
    this.#onLost = () => {};
    this.#client.lose(gone);
    this.#bootFailed(gone);
    this.#worker?.terminate();
    this.#python?.end();
  }

  #promiseReady() {
    this.#boot = { failed: false };
    this.#boot.promise = new Promise((resolve, reject) => Object.assign(this.#boot, { resolve, reject }));
    this.#boot.promise.catch(() => null); // a page that does not look is not to be told on the console
  }

  #bootFailed(error) {
    const late = this.#boot.done;
    if (late) {
      this.#promiseReady();
      error.stage = "running";
    }
    this.#boot.failed = true;
    this.#boot.reject(error);
    this.#connect({ error: plain(error) });
    if (late) this.#onLost(error);
  }

  #startPython() {
    if (this.#python || this.#boot.failed) return;
    if (this.#group) return this.#sharePython();
    const own = startPython({
      root: this.#base,
      file: new URL(PYTHON_FILE, import.meta.url).href,
      onStage: this.#onStage,
      onReady: () => this.#isUp(),
      onFailed: (error) => { if (this.#python === own) this.#bootFailed(error); },
    });
    this.#python = own;
    this.#connect({ port: own.port }, [own.port]);
  }

  /** The Python of all the frames of a page: its questions go through whoever holds it. */
  async #sharePython() {
    const { port1, port2 } = new MessageChannel();
    const own = this.#python = { ended: false, end: () => { own.ended = true; own.shared?.end(); } };
    const file = new URL(PYTHON_FILE, import.meta.url).href;
    this.#connect({ port: port2 }, [port2]);
    try {
      const { createPython } = await this.#loadShared().catch(({ message }) => { throw named("BootError", message, { stage: "download" }); });
      if (own.ended) return;
      const shared = own.shared = createPython({ group: this.#group, root: this.#base, file, onStage: this.#onStage });
      const answer = (name, json, ...arrays) => shared.ask(name, JSON.parse(json), {}, arrays).answer;
      serve(port1, new Map([["answer", answer]]));
      await shared.warm();
      if (this.#python !== own) return;
      this.#isUp();
    } catch (error) {
      if (this.#python === own) this.#bootFailed(error);
    }
  }

  #isUp() {
    this.#boot.done = true;
    this.#boot.resolve();
    this.#connect({ up: true });
  }

  // Not a call of the client's: a port has to be handed over with it.
  #connect(connect, transfer = []) { this.#worker?.postMessage({ connect }, transfer); }
}
