// Runs the modules that the engine emitted, wherever they come from: the files of the default run,
// or Python. A kernel's instance is kept, and a run only writes what it needs into its memory. Long
// runs go in slices, between which a newer request is heard.

import { ACCURACY, LEARNING_RATE, LOSS, ROW } from "#facts/history";
import { fingerprint } from "./fingerprint.js";
import { named } from "./remote-calls.js";

const WRITTEN = LEARNING_RATE; // what a kernel writes of a step's row: all that is before its rate
const SLICE_MS = 8;

export const superseded = () => named("Superseded", "a newer request took its place");

class Instance {
  /** `emitMs` is how long the engine took over it; null for one that came with the page. */
  constructor({ layout, binary, emitMs = null }) {
    const before = performance.now();
    this.emitMs = emitMs;
    this.layout = layout;
    this.binary = binary;
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports;
    this.compileMs = (emitMs ?? 0) + performance.now() - before;
  }

  numbers(name, count, from = 0) {
    return new Float64Array(this.exports.memory.buffer, this.layout[name] + 8 * from, count);
  }

  write(name, numbers) {
    const Kind = numbers instanceof Int32Array ? Int32Array : Float64Array;
    new Kind(this.exports.memory.buffer, this.layout[name], numbers.length).set(numbers);
  }
}

export class TrainingKernel extends Instance {
  /**
   * Take the run of a plan.
   *
   * `isCurrent` is asked between slices; `eagerStep(step, parameters, history)` takes or explains
   * the step that the kernel could not finish: {row, parameters} or {diverged}; `onSlice(step)`
   * hears between slices how far the run is.
   */
  async run(plan, isCurrent, eagerStep, onSlice) {
    const { rates, batches } = plan;
    const count = plan.parameters.length;
    const batch = batches.length / rates.length;
    const history = new Float64Array(ROW * rates.length);
    const parameters = new Float64Array((rates.length + 1) * count);
    parameters.set(plan.parameters);
    this.#load(plan, plan.parameters);
    let finished = 0, trainMs = 0, diverged = null;
    let lastPause = performance.now();
    while (finished < rates.length && !diverged) {
      if (performance.now() - lastPause > SLICE_MS) {
        onSlice?.(finished);
        await pause();
        if (!isCurrent()) throw superseded();
        lastPause = performance.now();
        this.#load(plan, parameters.subarray(finished * count, (finished + 1) * count));
      }
      const now = rates.subarray(finished, finished + this.layout.call_steps);
      this.write("rates", now);
      if (batch) this.write("batches", batches.subarray(batch * finished, batch * (finished + now.length)));
      const before = performance.now();
      const done = this.exports.train(now.length);
      trainMs += performance.now() - before;
      const rows = this.numbers("history", WRITTEN * done);
      for (let k = 0; k < done; k++) {
        const at = ROW * (finished + k);
        for (let i = 0; i < WRITTEN; i++) history[at + i] = rows[WRITTEN * k + i];
        history[at + LEARNING_RATE] = now[k];
      }
      parameters.set(this.numbers("records", done * count), (finished + 1) * count);
      finished += done;
      if (done < now.length) {
        const last = parameters.slice(finished * count, (finished + 1) * count);
        const told = await eagerStep(finished, last, history.slice(0, ROW * finished));
        if (!isCurrent()) throw superseded();
        diverged = told.diverged ?? null;
        if (!diverged) {
          history.set(told.row, ROW * finished);
          parameters.set(told.parameters, ++finished * count);
          this.#load(plan, told.parameters);
        }
      }
    }
    const whole = finished === rates.length;
    return summary(
      plan,
      whole ? history : history.slice(0, ROW * finished),
      whole ? parameters : parameters.slice(0, (finished + 1) * count),
      { trainMs, diverged },
    );
  }

  // What another run over the same kernel may have changed.
  #load(plan, parameters) {
    this.numbers("alpha", 1)[0] = plan.alpha;
    for (const name of ["xs", "ys"]) this.write(name, plan[name]);
    this.write("parameters", parameters);
  }
}

function summary(plan, history, parameters, more) {
  const count = plan.parameters.length;
  const points = new Float64Array(3 * plan.ys.length);
  plan.ys.forEach((label, i) => points.set([plan.xs[2 * i], plan.xs[2 * i + 1], label], 3 * i));
  const last = history.length ? history.subarray(-ROW) : null;
  return {
    points, history, parameters,
    parameterCount: count,
    layerSizes: [...plan.layerSizes],
    fingerprint: fingerprint(history, parameters.subarray(parameters.length - count)),
    finalLoss: last && last[LOSS],
    finalAccuracy: last && last[ACCURACY],
    ...more,
  };
}

export class SurfaceKernel extends Instance {
  /** Every neuron's output on a grid: {scores, neurons}, row by row from the lower left corner. */
  evaluate({ parameters, bounds: [x0, x1, y0, y1], columns, rows }) {
    const cells = columns * rows;
    const across = columns > 1 ? (x1 - x0) / (columns - 1) : 0;
    const up = rows > 1 ? (y1 - y0) / (rows - 1) : 0;
    const { neurons: width, call_points: most } = this.layout;
    const neurons = new Float64Array(width * cells);
    this.write("parameters", parameters);
    for (let first = 0; first < cells; first += most) {
      const count = Math.min(most, cells - first);
      const points = this.numbers("points", 2 * count);
      for (let k = 0; k < count; k++) {
        const column = (first + k) % columns;
        points[2 * k] = x0 + column * across;
        points[2 * k + 1] = y0 + ((first + k - column) / columns) * up;
      }
      if (Number.isNaN(this.exports.activations(count))) {
        throw named("ArithmeticError", "a neuron's output on this part of the plane is too large for a float64");
      }
      const results = this.numbers("results", count * width);
      for (let n = 0; n < width; n++) {
        for (let k = 0, at = n, to = n * cells + first; k < count; k++, at += width) neurons[to + k] = results[at];
      }
    }
    return { scores: neurons.slice((width - 1) * cells), neurons };
  }
}

// Lets messages in: a message of our own that is answered after those that wait. (A timer would be
// held back for 4 ms.)
const { port1, port2 } = new MessageChannel();
const paused = [];
port1.onmessage = () => paused.shift()();
function pause() {
  return new Promise((resolve) => {
    paused.push(resolve);
    port2.postMessage(null);
  });
}
