// One Python for whoever asks: asked one thing at a time, stopped by ending its worker, and (for
// embeds that stand on one page) shared. Nothing is fetched before the first question.
//
// Sharing: the frames of one page carry the same group's name. Whoever holds the lock of that name
// has the worker; the others ask over a broadcast channel. When its frame goes, the next in the
// lock's queue takes over, and what is still unanswered is asked again.

import { Client, named, plain, revived } from "./remote-calls.js";
import { startPython } from "./start-python.js";

// What the frames of a page may ask of one another; whatever else comes is nobody's question.
const LONGEST_KEY = 60, MOST_WAITING = 200; // characters, questions
const isKey = (key) => typeof key === "string" && key.length <= LONGEST_KEY && key.includes("/");
const isQuestion = (ask) => typeof ask?.name === "string" && Array.isArray(ask.args) && Array.isArray(ask.arrays);

const ranOut = (facts) => facts?.problem?.type === "MemoryError" || /\bMemoryError\b/.test(facts?.message ?? "");

/** The worker and the queue before it. */
class Host {
  #worker = null;
  #client = null;
  #queue = [];
  #running = null;
  #booted = null;
  #count = 0; // of what this worker was asked
  generation = 0;

  constructor({ root, file, onStage }) { Object.assign(this, { root, file, onStage }); }

  /** {facts, arrays, generation}; `behind` is called if others come first, `begun` when Python turns
   * to it, and `printed` with what its code prints, as it prints it. */
  ask(key, question, { begun, behind, printed } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#running) behind?.();
      this.#queue.push({ key, question, begun, printed, resolve, reject });
      this.#next();
    });
  }

  /** Give up all that a frame has asked, which is gone. */
  forget(frame) {
    const its = ({ key }) => key.startsWith(`${frame}/`);
    for (const { key } of [...this.#queue, this.#running].filter((one) => one && its(one))) this.stop(key);
  }

  get isFull() { return this.#queue.length >= MOST_WAITING; }

  knows(key) { return this.#running?.key === key || this.#queue.some((one) => one.key === key); }

  /** Give a question up. If Python is at it, its worker ends, and with it all names of all cells. */
  stop(key) {
    const waiting = this.#queue.find((one) => one.key === key);
    if (waiting) {
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      waiting.reject(named("Stopped", "it had not begun", { stage: "waiting" }));
    }
    if (this.#running?.key !== key) return;
    const { reject, at } = this.#running;
    // Python that is only on its way goes on with that.
    if (at) this.#end();
    this.#running = null;
    reject(at ? named("Stopped", "stopped") : named("Stopped", "it had not begun", { stage: "waiting" }));
    this.#next();
  }

  /** End Python, and whatever it is at. */
  end() { if (this.#running) this.stop(this.#running.key); }

  start() { return (this.#booted ??= this.#boot()); }

  #end() {
    this.#worker?.end();
    this.#worker = this.#client = this.#booted = this.#running = null;
    this.generation++;
  }

  async #next() {
    if (this.#running || !this.#queue.length) return;
    const mine = this.#running = this.#queue.shift();
    try {
      await this.start();
      if (this.#running !== mine) return;
      mine.at = ++this.#count;
      mine.begun?.();
      const { name, args, arrays } = mine.question;
      const answer = await this.#client.call("answer", name, JSON.stringify(args), ...arrays);
      if (this.#running !== mine) return;
      mine.resolve({ ...answer, generation: this.generation });
      // What ran out of memory leaves none to the next one: a worker's memory never shrinks.
      if (ranOut(answer.facts)) this.#end();
    } catch (error) {
      if (this.#running !== mine) return;
      if (error.name === "BootError" || error.name === "MemoryError") this.#end();
      // What takes Python along while it runs a reader's code is that code.
      const own = error.stage === "running" && ["cell", "check"].includes(mine.question.name);
      mine.reject(own ? named("CodeError", error.message) : error);
    }
    this.#running = null;
    this.#next();
  }

  #boot() {
    return new Promise((resolve, reject) => {
      this.#count = 0;
      const worker = this.#worker = startPython({
        root: this.root, file: this.file, onStage: this.onStage, onReady: resolve,
        onPrinted: (text, count) => { if (this.#running?.at === count) this.#running.printed?.(text); },
        onFailed: (error) => {
          reject(error);
          if (this.#worker !== worker) return;
          this.#client.lose(error);
          if (!this.#running) this.#end();
        },
      });
      this.#client = new Client(worker.port);
    });
  }
}

/**
 * Python as a page asks it.
 *
 * @param {object} options
 * @param {string} options.group the name that frames of one page share; empty for a page by itself
 * @param {string} options.root the site's root
 * @param {string} options.file the address of python.js
 * @param {(stage: {name: string}) => void} options.onStage
 */
export function createPython({ group, root, file, onStage }) {
  let host = null, channel = null, count = 0;
  let here = null; // settled when others can tell that this frame is there
  const me = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const pending = new Map(); // questions of this frame that another one answers
  const frames = new Map(); // the others that have asked this one
  const local = () => (host ??= new Host({ root, file, onStage: (stage) => { onStage(stage); channel?.postMessage({ stage }); } }));

  function join() {
    if (channel) return true;
    if (!group || !navigator.locks || typeof BroadcastChannel === "undefined") return false;
    try {
      channel = new BroadcastChannel(`micrograd-${group}`);
      channel.addEventListener("message", ({ data }) => heard(data));
      // Held as long as this frame is there: who gets it after that knows that it is gone.
      here = new Promise((granted) => {
        navigator.locks.request(lockOf(me), () => { granted(); return new Promise(() => null); }).catch(granted);
      });
      navigator.locks.request(`micrograd-${group}`, () => {
        takeOver();
        return new Promise(() => null);
      }).catch(takeOver);
      return true;
    } catch { // no origin, no storage: a worker of our own
      channel = null;
      return false;
    }
  }

  /** Ask whoever has Python. */
  const post = (key) => here.then(() => { if (pending.has(key)) channel.postMessage({ key, ask: pending.get(key).question }); });

  const lockOf = (frame) => `micrograd-${group}/${frame}`;
  /** Is this frame there, holding its lock? If it is, it is heard when it goes. */
  async function watch(frame) {
    const { held } = await navigator.locks.query();
    if (!held.some(({ name }) => name === lockOf(frame))) return frames.delete(frame) && false;
    navigator.locks.request(lockOf(frame), () => { frames.delete(frame); host.forget(frame); }).catch(() => null);
    return true;
  }
  /** The same, asked once for each frame: what it asks next waits for that answer, and keeps its turn. */
  function isThere(frame) {
    if (!frames.has(frame)) frames.set(frame, watch(frame).catch(() => false));
    return frames.get(frame);
  }

  function takeOver() {
    local();
    channel.postMessage({ hosting: true });
    for (const [key, one] of pending) { pending.delete(key); serve(key, one.question, one); }
  }
  const serve = (key, question, { resolve, reject, ...on }) => host.ask(key, question, on).then(resolve, reject);

  function heard(data) {
    if (data === null || typeof data !== "object") return;
    if (data.key !== undefined && !isKey(data.key)) return;
    if ((data.ask || data.stop) && !data.key) return;
    if (data.ask && !isQuestion(data.ask)) return;
    if (data.stage && typeof data.stage.name !== "string") return;
    take(data);
  }
  async function take({ ask, stop, end, begun, behind, printed, answer, error, key, to, hosting, stage }) {
    if (hosting) for (const own of pending.keys()) post(own);
    if (stage && !host) onStage(stage);
    // Of a frame that is not there nothing is taken: it would count as one that has gone, and what
    // Python is at would end with it.
    if (host && (ask || stop) && !(await isThere(key.split("/")[0]))) return;
    if (host && ask && !host.knows(key)) {
      const from = key.split("/")[0];
      if (host.isFull) return channel.postMessage({ to: from, key, error: plain(named("Error", "too many questions wait for Python")) });
      const say = (what) => (text = true) => channel.postMessage({ to: from, key, [what]: text });
      host.ask(key, ask, { begun: say("begun"), behind: say("behind"), printed: say("printed") }).then(
        (value) => channel.postMessage({ to: from, key, answer: value }),
        (problem) => channel.postMessage({ to: from, key, error: plain(problem) }),
      );
    }
    if (host && stop) host.stop(key);
    if (host && end) host.end();
    const mine = to === me && pending.get(key);
    if (!mine) return;
    if (begun) mine.begun?.();
    if (behind) mine.behind?.();
    if (printed) mine.printed?.(printed);
    if (answer) { pending.delete(key); mine.resolve(answer); }
    if (error) { pending.delete(key); mine.reject(revived(error)); }
  }

  return {
    /** Ask; {answer: a promise of {facts, arrays, generation}, stop}. `on` has what Host.ask calls. */
    ask(name, args, on = {}, arrays = []) {
      const key = `${me}/${++count}`;
      const shared = join();
      const question = { name, args, arrays };
      if (!shared || host) {
        const answer = local().ask(key, question, on);
        return { answer, stop: () => host.stop(key) };
      }
      const answer = new Promise((resolve, reject) => pending.set(key, { question, ...on, resolve, reject }));
      post(key);
      return { answer, stop: () => here.then(() => (host ? host.stop(key) : channel.postMessage({ key, stop: true }))) };
    },
    /** Begin to load without a question. */
    warm() { return this.ask("cell", [`${me}-warm`, "", "warm"]).answer; },
    /** End it, for all that share it: what runs is given up, and the next question starts another. */
    end() { if (host) host.end(); else channel?.postMessage({ end: true }); },
  };
}
