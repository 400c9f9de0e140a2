// The worker that a page talks to: it keeps kernels and runs them. The default run's are in this
// bundle. What else a run needs is had without Python where that can be (plan.js); the rest it asks
// of Python, which lives in a worker of its own (python.js), so that no run waits for a booting
// interpreter that does not have to.

import { LOSS, ROW } from "#facts/history";
import { DEFAULT } from "#facts/configuration";
import DEFAULTS from "default-run"; // made by site/builder/exports.py
import { Client, buffersOf, named, serve } from "./remote-calls.js";
import { alike } from "../shared/config.js";
import { rateAt } from "../shared/learning-rate.js";
import { SurfaceKernel, TrainingKernel, superseded } from "./kernel-host.js";

const KEPT = 8; // kernels
const kernels = new Map();
const surfaces = new Map();
let defaultPlan;
let current = 0; // the newest request's number
let stop = () => null; // ends what the newest request waits for
let last = null;

const methods = new Map(Object.entries({
  /** Train; null for the run that has been sent unasked. */
  async train(config) {
    const mine = ++current;
    stop(superseded());
    const isDefault = alike(config, DEFAULT);
    if (sent && isDefault) {
      last = sent;
      return sent = null;
    }
    const stopped = new Promise((_, reject) => { stop = reject; });
    stopped.catch(() => null);
    const isCurrent = () => mine === current;
    const wait = (job) => Promise.race([inTurn(job, isCurrent), stopped]);
    // What needs no Python does not wait for what does.
    const soon = (found) => Promise.race([found, stopped]);
    const plan = isDefault ? defaultPlan
      : await soon(planned(config)) ?? await wait(() => plannedByPython(config));
    const known = recall(kernels, plan.kernel);
    const kernel = known ?? await soon(keepReady(kernels, plan.kernel, TrainingKernel, "kernel"))
      ?? await wait(() => keep(kernels, plan.kernel, TrainingKernel, "kernel"));
    const eagerStep = (...where) => wait(() => explain(config, ...where));
    const result = await kernel.run(plan, isCurrent, eagerStep, tellProgress(plan.rates.length));
    last = { key: plan.kernel, kernel };
    return {
      config, ...result, engine: "compiled", compileMs: kernel.compileMs, emitMs: kernel.emitMs,
      kernel: plan.kernel, kernelBytes: kernel.binary.length, reused: known !== undefined,
    };
  },

  cancel() {
    current++;
    stop(superseded());
  },

  async surface({ layerSizes, activations, ...grid }) {
    const key = JSON.stringify([[...layerSizes], [...activations]]);
    const kernel = recall(surfaces, key) ?? await keepReady(surfaces, key, SurfaceKernel, "surface") ?? await keep(surfaces, key, SurfaceKernel, "surface");
    return kernel.evaluate(grid);
  },

  wasm: async (key) => (await kernelOf(key)).binary.slice(),
  wat: async (key = lastKernel().key) => (await ask("wat", [key])).facts,
  code: async (config) => (await ask("code", [config])).facts,

  async step({ config, step, parameters, history }) {
    const { facts, arrays: [row, moved] } = await ask("step", [config, step], parameters, history);
    if (facts.diverged) throw named("TrainingDiverged", facts.diverged.message);
    return { row, parameters: moved };
  },

  gradients: async ({ config, step, parameters }) => (await ask("gradients", [config, step], parameters)).arrays[0],

  async graph({ config, parameters, example, expression, values = { x: -4, y: 2 } }) {
    const { facts } = expression === undefined
      ? await ask("example_graph", [config, example], Float64Array.from(parameters))
      : await ask("expression_graph", [expression, values]);
    return facts.error_in_text === undefined ? facts : { error: facts.error_in_text };
  },

}));

// -- Python ---------------------------------------------------------------------------------------

let python = null;
let arrived, isUp = false, cameUp;
const connected = new Promise((resolve) => { arrived = resolve; });
const up = new Promise((resolve) => { cameUp = resolve; });

self.addEventListener("message", ({ data: { connect, pictureIsThere } }) => {
  if (pictureIsThere) fetchEarly();
  if (!connect) return;
  if (connect.error) python?.lose(connect.error);
  isUp = Boolean(connect.up);
  if (isUp) cameUp();
  if (!connect.port) return;
  python = new Client(connect.port);
  arrived();
});

async function ask(name, args, ...arrays) {
  if (!isUp) postMessage({ needsPython: true });
  if (!python) await connected;
  return python.call("answer", name, JSON.stringify(args), ...arrays);
}

// What does without it is fetched when the first picture is there, or when it is first needed.
let early = null, fetching = null;
const fetchEarly = () => fetching ??= import(new URL(PLAN_FILE, import.meta.url).href).then(
  (module) => { early = module; },
  () => { fetching = null; }, // whatever needs it next tries again
);

/** Have it, unless Python is there sooner. */
async function withoutPython() {
  if (!early && !isUp) await Promise.race([fetchEarly(), up]);
  return early;
}

function lastKernel() {
  if (!last) throw named("Error", "nothing has been trained yet");
  return last;
}

/** The kernel of a finished run, made again if it was forgotten meanwhile; or the last one. */
async function kernelOf(key) {
  if (key === undefined) return lastKernel().kernel;
  const whence = [kernels, key, TrainingKernel, "kernel"];
  return recall(kernels, key) ?? await keepReady(...whence) ?? keep(...whence);
}

// One question of a training at a time, and none for a training that was superseded meanwhile:
// Python cannot be interrupted, so what it is not asked is all that can be spared.
let turn = Promise.resolve();

function inTurn(job, isCurrent) {
  const answer = turn.then(() => {
    if (!isCurrent()) throw superseded();
    return job();
  });
  turn = answer.catch(() => null);
  return answer;
}

/** The page hears now and then how far a run is. */
const TELL_MS = 200;
function tellProgress(steps) {
  let told = performance.now();
  return (step) => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    postMessage({ progress: { step, steps } });
  };
}

// So many draws for batches take a while, which here would let no newer request in.
const MANY_DRAWS = 50_000;

async function planned(config) {
  const draws = config?.batchSize ? config.samples * config.steps : 0;
  return isUp && draws > MANY_DRAWS ? null : (await withoutPython())?.plan(config);
}

async function plannedByPython(config) {
  const { facts, arrays } = await ask("plan", [config]);
  const [xs, ys, parameters, rates, batches] = arrays;
  return { ...facts, xs, ys, parameters, rates, batches };
}

async function explain(config, step, parameters, history) {
  try {
    const { facts, arrays } = await ask("step", [config, step], parameters, history);
    return facts.diverged ? facts : { row: arrays[0], parameters: arrays[1] };
  } catch {
    const message = `training diverged at step ${step}: a number grew too large for a float64`;
    return { diverged: { step, message, lastLoss: history.at(LOSS - ROW) ?? null } };
  }
}

async function keepReady(map, key, Kind, name) {
  if ((await withoutPython()) && !isUp) await Promise.race([early.fetchProgram(name, key), up]);
  const ready = early?.program(name, key);
  return ready && remember(map, key, new Kind(ready));
}

async function keep(map, key, Kind, name) {
  const before = performance.now();
  const { facts: layout, arrays: [binary] } = await ask(name, [key]);
  return remember(map, key, new Kind({ layout, binary, emitMs: performance.now() - before }));
}

// The maps forget what was used the longest time ago.
function recall(map, key) {
  const value = map.get(key);
  return value && remember(map, key, value);
}

function remember(map, key, value) {
  map.delete(key);
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value);
  return value;
}

// -- the default run -------------------------------------------------------------------------------

const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const bytesOfHex = (digits) => Uint8Array.from({ length: digits.length / 2 }, (_, k) => parseInt(digits.slice(2 * k, 2 * k + 2), 16));

function loadDefaults({ plan, kernel, surface, numbers }) {
  const program = ({ layout, binary }) => ({ layout, binary: bytesOfHex(binary) });
  const [xs, ys, parameters] = numbers.map((text) => new Float64Array(bytesOf(text).buffer));
  remember(kernels, plan.kernel, new TrainingKernel(program(kernel)));
  remember(surfaces, plan.surface, new SurfaceKernel(program(surface)));
  const rates = Float64Array.from({ length: DEFAULT.steps }, (_, step) => rateAt(DEFAULT.learningRate, step, DEFAULT.steps))
  defaultPlan = { ...plan, layerSizes: [2, ...DEFAULT.layers, 1], alpha: DEFAULT.alpha, xs, ys, parameters, rates, batches: new Int32Array(0) };
}

// Most pages open with the default run. They get it before they ask for it: while a page is busy
// with setting itself up, its questions do not reach a new worker, but answers reach the page.
let sent = null;

async function sendDefault() {
  const trained = await methods.get("train")(DEFAULT);
  sent = last;
  postMessage({ trained }, buffersOf(trained));
}

loadDefaults(DEFAULTS);
serve(self, methods);
sendDefault().catch(() => {}); // it was superseded: something else was asked for
