// A micrograd of JavaScript objects and closures, written for the benchmark: what a port that keeps
// the original's shape costs in this browser. Numbers are float64, sums in our engine's order.
import { answer, timed } from "./answer.js";

class Value {
  constructor(data, parents, backward) {
    this.data = data;
    this.grad = 0;
    this.parents = parents;
    this.backward = backward;
  }

  add(other) {
    const out = new Value(this.data + other.data, [this, other], () => {
      this.grad += out.grad;
      other.grad += out.grad;
    });
    return out;
  }

  mul(other) {
    const out = new Value(this.data * other.data, [this, other], () => {
      this.grad += out.grad * other.data;
      other.grad += out.grad * this.data;
    });
    return out;
  }

  relu() {
    const out = new Value(this.data < 0 ? 0 : this.data, [this], () => {
      if (this.data > 0) this.grad += out.grad;
    });
    return out;
  }
}

const leaf = (data) => new Value(data, [], null);

function backward(output) {
  const order = [];
  const seen = new Set();
  const visit = (value) => {
    if (seen.has(value)) return;
    seen.add(value);
    value.parents.forEach(visit);
    order.push(value);
  };
  visit(output);
  output.grad = 1;
  for (let k = order.length - 1; k >= 0; k--) order[k].backward?.();
}

function makeModel({ sizes, parameters }) {
  const numbers = parameters[Symbol.iterator]();
  const layers = [];
  for (let i = 1; i < sizes.length; i++) {
    const neurons = [];
    for (let k = 0; k < sizes[i]; k++) {
      const weights = Array.from({ length: sizes[i - 1] }, () => leaf(numbers.next().value));
      neurons.push({ weights, bias: leaf(numbers.next().value), last: i === sizes.length - 1 });
    }
    layers.push(neurons);
  }
  return layers;
}

function score(model, row) {
  let values = row.map(leaf);
  for (const layer of model) {
    values = layer.map(({ weights, bias, last }) => {
      const sum = weights.reduce((so_far, w, i) => so_far.add(w.mul(values[i])), bias);
      return last ? sum : sum.relu();
    });
  }
  return values[0];
}

let job;

function train(steps) {
  const model = makeModel(job);
  const all = model.flat().flatMap(({ weights, bias }) => [...weights, bias]);
  let loss;
  for (let step = 0; step < steps; step++) {
    let data = leaf(0);
    job.xs.forEach((row, i) => {
      data = data.add(score(model, row).mul(leaf(-job.ys[i])).add(leaf(1)).relu());
    });
    const penalty = all.reduce((so_far, p) => so_far.add(p.mul(p)), leaf(0));
    const total = data.mul(leaf(1 / job.xs.length)).add(penalty.mul(leaf(job.alpha)));
    for (const p of all) p.grad = 0;
    backward(total);
    for (const p of all) p.data -= job.rates[step] * p.grad;
    loss = total.data;
  }
  return loss;
}

answer({
  prepare(given) {
    job = given.job;
    return "JavaScript objects";
  },
  run: ({ repeats, steps }) => timed(() => train(steps), repeats),
});
