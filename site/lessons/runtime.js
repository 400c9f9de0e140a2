// Python for the cells of a page: asked one thing at a time, stopped by ending its worker, and (for
// embeds that stand on one page) shared. Nothing is fetched before the first question.
//
// Sharing: the frames of one page carry the same group's name. Whoever holds the lock of that name
// has the worker; the others ask over a broadcast channel. When its frame goes, the next in the
// lock's queue takes over, and what is still unanswered is asked again.

import { Client, named, plain, revived } from "../js/calls.js";

const ROOT = new URL("../../", document.currentScript?.src ?? location.href).href;
export const root = ROOT;

/** The worker and the queue before it. */
class Host {
  #worker = null;
  #client = null;
  #queue = [];
  #running = null;
  #booted = null;
  generation = 0;

  constructor(onStage) { this.onStage = onStage; }

  /** {facts, generation}; `begun` is called when Python turns to it. */
  ask(key, name, args, begun) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ key, name, args, begun, resolve, reject });
      this.#next();
    });
  }

  knows(key) { return this.#running?.key === key || this.#queue.some((one) => one.key === key); }

  /** Give a question up. If Python is at it, its worker ends, and with it all names of all cells. */
  stop(key) {
    const stopped = named("Stopped", "stopped");
    const waiting = this.#queue.find((one) => one.key === key);
    if (waiting) {
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      waiting.reject(stopped);
    }
    if (this.#running?.key !== key) return;
    const { reject } = this.#running;
    this.#end();
    reject(stopped);
    this.#next();
  }

  start() { return (this.#booted ??= this.#boot()); }

  #end() {
    this.#worker?.terminate();
    this.#worker = this.#client = this.#booted = this.#running = null;
    this.generation++;
  }

  async #next() {
    if (this.#running || !this.#queue.length) return;
    const mine = this.#running = this.#queue.shift();
    try {
      await this.start();
      if (this.#running !== mine) return;
      mine.begun?.();
      const { facts } = await this.#client.call("answer", mine.name, JSON.stringify(mine.args));
      if (this.#running !== mine) return;
      mine.resolve({ facts, generation: this.generation });
    } catch (error) {
      if (this.#running !== mine) return;
      if (error.name === "BootError") this.#end();
      mine.reject(error);
    }
    this.#running = null;
    this.#next();
  }

  #boot() {
    return new Promise((resolve, reject) => {
      const worker = this.#worker = newWorker(new URL(PYTHON_FILE, ROOT).href);
      const { port1, port2 } = new MessageChannel();
      this.#client = new Client(port2);
      const failed = (error) => { this.#client?.lose(error); reject(error); };
      worker.addEventListener("message", ({ data }) => {
        if (data.stage) this.onStage(data.stage);
        if (data.failed) failed(revived(data.failed));
        if (data.ready) resolve();
      });
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        failed(named("BootError", event.message || "this frame may not load Python's worker", { stage: "worker" }));
      });
      worker.postMessage({ boot: ROOT, port: port1 }, [port1]);
    });
  }
}

/** A sandboxed frame has no origin of its own and may only start workers that it wrote itself. */
function newWorker(address) {
  if (self.origin !== "null") return new Worker(address, { type: "module" });
  // What arrives before the imported script listens is kept for it.
  const text = `const kept = []; const keep = (event) => kept.push(event); self.addEventListener("message", keep);
      import(${JSON.stringify(address)}).then(() => { self.removeEventListener("message", keep); for (const { data, ports } of kept) self.dispatchEvent(new MessageEvent("message", { data, ports })); },
        (error) => postMessage({ failed: { name: "BootError", message: error.message, stage: "worker" } }));`;
  return new Worker(`data:text/javascript,${encodeURIComponent(text)}`, { type: "module" });
}

/**
 * Python as a page asks it.
 *
 * @param {string} group the name that frames of one page share; empty for a page by itself
 * @param {(stage: {name: string}) => void} onStage
 */
export function createPython(group, onStage) {
  let host = null, channel = null, count = 0;
  const me = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const pending = new Map(); // questions of this frame that another one answers
  const local = () => (host ??= new Host((stage) => { onStage(stage); channel?.postMessage({ stage }); }));

  function join() {
    if (channel) return true;
    if (!group || !navigator.locks || typeof BroadcastChannel === "undefined") return false;
    try {
      channel = new BroadcastChannel(`micrograd-${group}`);
      channel.addEventListener("message", ({ data }) => heard(data));
      navigator.locks.request(`micrograd-${group}`, () => {
        local();
        channel.postMessage({ hosting: true });
        for (const [key, one] of pending) { pending.delete(key); serve(key, one.question, one); }
        return new Promise(() => null);
      }).catch(() => local());
      return true;
    } catch { // no origin, no storage: a worker of our own
      channel = null;
      return false;
    }
  }

  const serve = (key, { name, args }, { begun, resolve, reject }) => host.ask(key, name, args, begun).then(resolve, reject);

  function heard({ ask, stop, begun, answer, error, key, to, hosting, stage }) {
    if (hosting) for (const [own, one] of pending) channel.postMessage({ key: own, ask: one.question });
    if (stage && !host) onStage(stage);
    if (host && ask && !host.knows(key)) {
      const from = key.split("/")[0];
      host.ask(key, ask.name, ask.args, () => channel.postMessage({ to: from, key, begun: true })).then(
        (value) => channel.postMessage({ to: from, key, answer: value }),
        (problem) => channel.postMessage({ to: from, key, error: plain(problem) }),
      );
    }
    if (host && stop) host.stop(key);
    const mine = to === me && pending.get(key);
    if (!mine) return;
    if (begun) mine.begun?.();
    if (answer) { pending.delete(key); mine.resolve(answer); }
    if (error) { pending.delete(key); mine.reject(revived(error)); }
  }

  return {
    /** Ask; {answer: a promise of {facts, generation}, stop}. */
    ask(name, args, begun) {
      const key = `${me}/${++count}`;
      const shared = join();
      const question = { name, args };
      if (!shared || host) {
        const answer = local().ask(key, name, args, begun);
        return { answer, stop: () => host.stop(key) };
      }
      const answer = new Promise((resolve, reject) => pending.set(key, { question, begun, resolve, reject }));
      channel.postMessage({ key, ask: question });
      return { answer, stop: () => (host ? host.stop(key) : channel.postMessage({ key, stop: true })) };
    },
    /** Begin to load without a question. */
    warm() { return this.ask("cell", [`${me}-warm`, "", "warm"]).answer; },
  };
}
