// Named runs to start from. Each is a complete set of differences from the defaults: choosing one
// never leaves a setting of the run before behind.

const constant = (rate) => ({ kind: "constant", start: rate, end: rate });
const spiral = { dataset: "spiral", samples: 200, noise: 0.03 };

export const PRESETS = [
  { name: "MicrogradEx’s run", about: "100 moons, 337 parameters, seed (1337, 1337, 1337).", set: {} },
  { name: "Karpathy’s run", about: "The original notebook’s run, to the bit: seed 1337.", set: { dataSeed: 1337, modelSeed: 1337, seed: 1337 } },
  { name: "Spiral challenge", about: "Two arms that no straight line parts. How close to 100 % do you come?", set: { ...spiral, steps: 300, learningRate: { kind: "linear", start: 0.5, end: 0.05 } } },
  { name: "Too noisy", about: "The moons overlap: no boundary gets every point right.", set: { noise: 0.45 } },
  { name: "Too bold", about: "A learning rate so large that the run leaves the real numbers.", set: { learningRate: constant(20), alpha: 0.1 } },
  { name: "Too small", about: "Two neurons, two folds: the boundary cannot follow the moons.", set: { layers: [2] } },
  { name: "No hidden layer", about: "Three parameters draw one straight line.", set: { layers: [], dataset: "blobs", noise: 0.3 } },
  { name: "Smooth xor", about: "Eight tanh neurons, logistic loss.", set: { dataset: "xor", layers: [8], activations: ["tanh"], loss: "logistic", steps: 200 } },
];
