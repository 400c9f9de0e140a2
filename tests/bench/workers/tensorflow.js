// TensorFlow.js on the job, in float32: the whole batch as matrices, gradients by variableGrads.
// Its loss is read at the last step only, and no accuracy is computed: less than ours does.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { answer, timed } from "./answer.js";

let start, step, parameters;

// Each layer's weights as a matrix [inputs, outputs] and its biases.
function layersOf({ sizes, parameters: numbers }) {
  let at = 0;
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i];
    const weights = new Float32Array(inputs * outputs);
    const biases = new Float32Array(outputs);
    for (let k = 0; k < outputs; k++) {
      for (let j = 0; j < inputs; j++) weights[j * outputs + k] = numbers[at++];
      biases[k] = numbers[at++];
    }
    return { weights, biases, inputs, outputs };
  });
}

function prepareJob(job) {
  const layers = layersOf(job);
  const last = layers.length - 1;
  const xs = tf.tensor2d(job.xs);
  const ys = tf.tensor2d(job.ys, [job.ys.length, 1]);
  const variables = layers.map(({ weights, biases, inputs, outputs }) => [
    tf.variable(tf.tensor2d(weights, [inputs, outputs])),
    tf.variable(tf.tensor1d(biases)),
  ]);
  parameters = variables.flat();
  const first = parameters.map((variable) => variable.clone());
  start = () => parameters.forEach((variable, i) => variable.assign(first[i]));

  const loss = () => {
    let values = xs;
    variables.forEach(([weights, biases], i) => {
      const sums = tf.add(tf.matMul(values, weights), biases);
      values = i === last ? sums : tf.relu(sums);
    });
    const data = tf.mean(tf.relu(tf.sub(1, tf.mul(ys, values))));
    const squares = parameters.map((variable) => tf.sum(tf.square(variable)));
    return tf.add(data, tf.mul(tf.addN(squares), job.alpha));
  };
  step = (rate, last_step) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, parameters);
      for (const variable of parameters) {
        variable.assign(tf.sub(variable, tf.mul(grads[variable.name], rate)));
      }
      return last_step ? value.dataSync()[0] : undefined;
    });
  return (steps) => {
    start();
    let result;
    for (let k = 0; k < steps; k++) result = step(job.rates[k], k === steps - 1);
    parameters[0].dataSync();
    return result;
  };
}

let train;

answer({
  async prepare({ job, backend }) {
    setWasmPaths("/tests/bench/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
    await tf.setBackend(backend);
    await tf.ready();
    train = prepareJob(job);
    return `TensorFlow.js ${tf.version_core}, ${tf.getBackend()} backend`;
  },
  run: ({ repeats, steps }) => timed(() => train(steps), repeats),
});
