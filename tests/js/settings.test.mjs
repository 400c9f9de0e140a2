// The table of settings: links read and written, what scripts give, what one setting asks of another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIELDS, configOf, defaults, exampleCount, merge, parameterArithmetic, readFragment, same, writeFragment } from "../../site/js/playground/state/state.js";

const fromOutside = (changes, state = defaults()) => merge(state, changes, { outside: true });

test("the defaults are sane, and the shortest link is theirs", () => {
  const { state, notices, taken } = merge(defaults(), defaults());
  assert.deepEqual([state, notices, taken], [defaults(), [], FIELDS.size]);
  assert.equal(writeFragment(defaults()), "");
  assert.deepEqual(readFragment(""), { state: defaults(), notices: [] });
  assert.deepEqual(readFragment("#"), { state: defaults(), notices: [] });
});

const STATES = [
  { noise: 0.25, samples: 7, steps: 3 },
  { dataset: "own", points: [[0.5, -1, 1], [1e-7, 1000, -1]] },
  { layers: [], activations: [] },
  { layers: [1, 32, 3, 4], activations: ["tanh", "relu", "tanh", "tanh"] },
  { learningRate: { kind: "linear", start: 0.3, end: 0.0001 }, alpha: 0.000123 },
  { learningRate: { kind: "constant", start: 0, end: 0 }, steps: 1000 },
  { batchSize: 20, seed: 5, dataSeed: [1, 2, 3], modelSeed: 4294967295 },
  { live: false, log: true, embed: true, step: 0, pace: 120, lines: "gradients" },
  { hide: ["bar", "drawer"], show: ["plane"], lesson: "5-max-margin-loss", loss: "logistic" },
];

test("what is written as a link reads back as the same state", () => {
  for (const changes of STATES) {
    const { state, notices } = merge(defaults(), changes);
    assert.deepEqual(notices, []);
    const fragment = writeFragment(state);
    assert.deepEqual(readFragment(fragment), { state, notices: [] }, fragment);
    assert.doesNotMatch(fragment, /%2C|%3A|%3B|\s/);
  }
});

test("own points are in a link only where they are the data", () => {
  const { state } = merge(defaults(), { points: [[0, 0, 1], [1, 1, -1]] });
  assert.equal(writeFragment(state), "");
});

test("a link says what is wrong with it", () => {
  const cases = {
    "noise=NaN": /^Noise must be a number from 0 to 1, not NaN; it stays 0\.1\.$/,
    "noise=1e9": /^Noise must be a number from 0 to 1, so 1000000000 became 1\.$/,
    "samples=1e9": /so 1000000000 became 500\.$/,
    "dataset=__proto__": /^Data set must be one of moons, .*, not __proto__; it stays moons\.$/,
    "layers=1,1,1,1,1,1": /^Hidden layers can hold 4 layers; the other 2 were left out\.$/,
    "activations=relu,tanh,relu": /^Activations: there are 2 hidden layers, so the others were left out\.$/,
    "dataSeed=1,2": /one whole number, or three with commas, not \[1,2\]/,
    "modelSeed=99999999999999999999": /Seed of the network must be one whole number/,
    "noise=0.1&noise=0.3": /^The link gives Noise more than once; the last one counts\.$/,
    "oops=1": /^The link names “oops”, which this page does not know\.$/,
    "hide=constructor": /^Hidden parts leave out “constructor”: this page has no such part\.$/,
    "learningRate=official:5": /“official” has rates of its own/,
    "learningRate=constant:1:2": /“constant” has no more than start/,
    "learningRate=linear:1:0.5:7": /“linear” has no more than start and end/,
    "steps=10&step=50": /^Step shown: the run has 10 steps, so 50 became the last one\.$/,
    "steps=115": /the official one falls below 0 after 112 steps, so it goes evenly from 1 to 0\.1 here/,
    "batchSize=200": /there are 100 examples, so every step takes all of them/,
    "lesson=../../etc": /Lesson must be a lesson’s number and name/,
  };
  for (const [fragment, told] of Object.entries(cases)) {
    const { notices } = readFragment(fragment);
    assert.equal(notices.length, 1, `${fragment}: ${notices.join(" ")}`);
    assert.match(notices[0], told);
  }
});

test("a notice is short, however long what it is about", () => {
  const { notices } = readFragment(`dataset=${"9".repeat(200_000)}&noise=${"9".repeat(200_000)}&${"x".repeat(9000)}=1`);
  assert.equal(notices.length, 3);
  for (const notice of notices) assert.ok(notice.length < 200, notice.slice(0, 250));
});

test("what the host of a frame says in an address is no setting", () => {
  assert.deepEqual(readFragment("theme=dark&start=eager&group=a&lang=de&auto=1&transparent=1&ink=fff&paper=000").notices, []);
});

test("set says what it took, what it mended and what it left out", () => {
  const cases = [
    [{ noise: 0.2 }, 1, []],
    [{ noise: 7, nois: 1 }, 1, [/from 0 to 1, so 7 became 1/, /“nois” is not a setting/]],
    [{ noise: "much", steps: 5 }, 1, [/Noise must be a number.* not much; it stays/]],
    [{ steps: 10, step: 50 }, 2, [/so 50 became the last one/]],
    [{ learningRate: { kind: "constant", rate: 0.2 } }, 1, [/no more than start/]],
    [{ learningRate: { kind: "official", start: 5 } }, 1, [/rates of its own/]],
    [{ learnRate: 0.2 }, 0, [/“learnRate” is not a setting/]],
    [{ noise: "much" }, 0, [/Noise must be a number/]],
  ];
  for (const [changes, count, told] of cases) {
    const { notices, taken, state } = fromOutside(changes);
    assert.equal(taken, count);
    assert.equal(notices.length, told.length, notices.join(" "));
    told.forEach((words, k) => assert.match(notices[k], words));
    if (!taken) assert.deepEqual(state, defaults());
  }
});

test("what a control gives beyond what there is a place for is nobody's fault", () => {
  assert.deepEqual(merge(defaults(), { learningRate: { kind: "constant", start: 0.2, end: 0.3 } }).notices, []);
});

test("what no JSON can say is refused and named", () => {
  const circle = {};
  circle.self = circle;
  const nasty = { dataset: circle, samples: 10n, noise: null, layers: "16,16", points: [[circle]], steps: [], learningRate: { kind: "__proto__", start: NaN }, batchSize: {}, hide: [circle], seed: true };
  const before = merge(defaults(), { noise: 0.25 }).state;
  const { state, notices } = fromOutside(nasty, before);
  assert.deepEqual({ ...state, points: [], hide: [] }, before);
  assert.match(notices[0], /^Data set must be one of .*, not a value of type object; it stays moons\.$/);
  assert.match(notices[1], /not a value of type bigint/);
});

test("a state has no other keys than the table, whatever is given", () => {
  const { state } = fromOutside(JSON.parse('{"__proto__": {"noise": 1}, "constructor": 1, "toString": 2}'));
  assert.deepEqual(Object.keys(state), [...FIELDS.keys()]);
  assert.equal(state.noise, 0.1);
});

test("a learning rate can be a number, or leave its kind to what it has", () => {
  const constant = { kind: "constant", start: 0.2, end: 0.2 };
  for (const [given, wanted] of [[0.2, constant], [{ start: 0.2 }, constant], [{ start: 0.2, end: 0.3 }, { kind: "linear", start: 0.2, end: 0.3 }]]) {
    const { state, notices } = fromOutside({ learningRate: given });
    assert.deepEqual([state.learningRate, notices], [wanted, []]);
  }
  assert.deepEqual(readFragment("learningRate=0.2").state.learningRate, constant);
  assert.deepEqual(readFragment("learningRate=linear:0.5").state.learningRate, { kind: "linear", start: 0.5, end: 0.5 });
});

test("numbers meet their bounds, and minus zero is none", () => {
  for (const [given, wanted] of [[0, 0], [-0, 0], [1, 1], [-1, 0], [Infinity, 1], [-Infinity, 0]]) {
    assert.ok(Object.is(merge(defaults(), { noise: given }).state.noise, wanted), String(given));
  }
  assert.equal(merge(defaults(), { steps: 2.5 }).state.steps, 3);
});

test("as many activations as layers; a new one is like the last", () => {
  assert.deepEqual(merge(defaults(), { layers: [4, 4, 4], activations: ["tanh"] }).state.activations, ["tanh", "tanh", "tanh"]);
  assert.deepEqual(merge(defaults(), { layers: [] }).state.activations, []);
});

test("a batch of all examples is no batch", () => {
  const { state, notices } = merge(merge(defaults(), { batchSize: 50 }).state, { samples: 50 });
  assert.deepEqual([state.batchSize, notices], [null, []], "nobody asked for it, so nobody is told");
  assert.equal(exampleCount({ dataset: "own", points: [1, 2, 3], samples: 100 }), 3);
});

test("merging leaves what it was given alone", () => {
  const before = defaults(), changes = { layers: [3], points: [[0, 0, 1]] };
  const { state } = merge(before, changes);
  state.layers.push(9);
  state.points[0][0] = 9;
  state.dataSeed.push(9);
  assert.deepEqual([before, changes], [defaults(), { layers: [3], points: [[0, 0, 1]] }]);
});

test("the run's part of a state is a copy of it, without the view's", () => {
  const state = defaults(), config = configOf(state);
  assert.equal("live" in config, false);
  config.layers.push(1);
  assert.deepEqual(state, defaults());
  assert.equal(same(configOf(state), configOf({ ...state, log: true })), true);
});

test("weights and biases add up as in the walkthrough", () => {
  assert.equal(parameterArithmetic([16, 16]), "48 + 272 + 17 = 337");
  assert.equal(parameterArithmetic([]), "3");
});
