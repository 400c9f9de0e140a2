// jax-js on the job, in float32 on its wasm backend: gradients by valueAndGrad, and the whole step
// in one jit. Its loss is read at the last step only, and no accuracy is computed: less than ours.
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { answer, timed } from "./answer.js";

let job, first, xs, ys, step;

// Weights as a matrix [inputs, outputs] and biases [outputs], layer after layer.
function arraysOf({ sizes, parameters: numbers }) {
  let at = 0;
  return sizes.slice(1).flatMap((outputs, i) => {
    const inputs = sizes[i];
    const weights = new Float32Array(inputs * outputs);
    const biases = new Float32Array(outputs);
    for (let k = 0; k < outputs; k++) {
      for (let j = 0; j < inputs; j++) weights[j * outputs + k] = numbers[at++];
      biases[k] = numbers[at++];
    }
    return [np.array(weights).reshape([inputs, outputs]), np.array(biases)];
  });
}

// `.ref` keeps an array that is used again: every function takes its arguments away.
function loss(parameters, x, y) {
  const last = parameters.length - 2;
  let values = x;
  for (let i = 0; i <= last; i += 2) {
    const sums = np.matmul(values, parameters[i].ref).add(parameters[i + 1].ref);
    values = i === last ? sums : nn.relu(sums);
  }
  const data = nn.relu(np.subtract(1, y.mul(values))).mean();
  const squares = parameters.map((array) => np.square(array).sum());
  return data.add(squares.reduce((a, b) => a.add(b)).mul(job.alpha));
}

function oneStep(parameters, rate, x, y) {
  const refs = parameters.map((array) => array.ref);
  const [value, gradients] = valueAndGrad(loss)(refs, x, y);
  const moved = parameters.map((array, i) => array.sub(gradients[i].mul(rate.ref)));
  rate.dispose();
  return [value, moved];
}

function train(steps) {
  let parameters = first.map((array) => array.ref);
  let value;
  for (let k = 0; k < steps; k++) {
    value?.dispose();
    [value, parameters] = step(parameters, np.array(job.rates[k]), xs.ref, ys.ref);
  }
  const result = value.dataSync()[0];
  parameters.forEach((array) => array.dataSync());
  return result;
}

answer({
  async prepare(given) {
    job = given.job;
    await init("wasm");
    defaultDevice("wasm");
    first = arraysOf(job);
    xs = np.array(new Float32Array(job.xs.flat())).reshape([job.xs.length, job.sizes[0]]);
    ys = np.array(new Float32Array(job.ys)).reshape([job.ys.length, 1]);
    step = jit(oneStep);
    return "jax-js, wasm backend";
  },
  run: ({ repeats, steps }) => timed(() => train(steps), repeats),
});
