// The runner: the newest configuration is trained, older ones are given up, whoever asked hears.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { createRunner } from "../../site/js/playground/state/runner.js";

let asked, stops, runner, results, faults, waits;

/** An engine whose runs end when a test says so. As the real one's, a newer call rejects an older one. */
const engine = {
  train: (config) => new Promise((resolve, reject) => {
    asked.at(-1)?.reject(named("Superseded"));
    asked.push({ config, resolve, reject });
  }),
  stop() { stops++; asked.at(-1)?.reject(named("Stopped")); },
};
const named = (name, message = name) => Object.assign(new Error(message), { name });
/** Let all that has settled be heard. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const settled = (promise) => promise.then((value) => value, (error) => error.name);

let now = 0;
mock.method(performance, "now", () => now);
function later(ms) {
  now += ms;
  mock.timers.tick(ms);
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [asked, results, faults, waits, stops] = [[], [], [], 0, 0];
  runner = createRunner(engine, {
    onResult: (result, { config }) => results.push([config, result]), onFault: (error) => faults.push(error.name), onWaiting: () => { waits++; },
  });
});

test("a run is trained and its result handed on, first to the page", async () => {
  const answer = settled(runner.train("a"));
  assert.equal(runner.busy, true);
  asked[0].resolve("A");
  assert.equal(await answer, "A");
  assert.deepEqual([results, waits, runner.busy], [[["a", "A"]], 1, false]);
});

test("a young run is let finish, and then the newest is trained", async () => {
  const answers = ["a", "b", "c"].map((config) => settled(runner.train(config)));
  later(50);
  assert.deepEqual(asked.map(({ config }) => config), ["a"]);
  asked[0].resolve("A");
  await turn();
  assert.deepEqual(asked.map(({ config }) => config), ["a", "c"], "never the one between");
  asked[1].resolve("C");
  assert.deepEqual(await Promise.all(answers), ["A", "C", "C"]);
  assert.deepEqual(results, [["a", "A"], ["c", "C"]]);
});

test("an older run is given up, and who asked for it gets the newest one's result", async () => {
  const first = settled(runner.train("a"));
  later(500);
  const second = settled(runner.train("b"));
  later(0);
  assert.deepEqual(asked.map(({ config }) => config), ["a", "b"]);
  asked[1].resolve("B");
  assert.deepEqual(await Promise.all([first, second]), ["B", "B"]);
  assert.deepEqual([results, faults], [[["b", "B"]], []]);
});

test("patience ends when the run is 120 ms old", async () => {
  settled(runner.train("a"));
  later(100);
  settled(runner.train("b"));
  later(19);
  assert.equal(asked.length, 1);
  later(1);
  assert.equal(asked.length, 2);
});

test("a fault is told once, to the page and to who asked", async () => {
  const answer = settled(runner.train("a"));
  asked[0].reject(named("ValueError"));
  assert.equal(await answer, "ValueError");
  assert.deepEqual([faults, results, runner.busy], [["ValueError"], [], false]);
});

test("a fault of a run that a newer one follows is not the page's", async () => {
  const first = settled(runner.train("a"));
  const second = settled(runner.train("b"));
  asked[0].reject(named("ValueError"));
  await turn();
  asked[1].resolve("B");
  assert.deepEqual([await first, await second], ["ValueError", "B"]);
  assert.deepEqual([faults, results], [[], [["b", "B"]]]);
});

test("a stop ends all, tells who asked, and is no fault", async () => {
  const answers = ["a", "b"].map((config) => settled(runner.train(config)));
  runner.stop();
  assert.deepEqual(await Promise.all(answers), ["Stopped", "Stopped"]);
  later(1000);
  await turn();
  assert.deepEqual([stops, asked.length, faults, results, runner.busy], [1, 1, [], [], false]);
});

test("a result that comes after the stop is nobody's", async () => {
  const slow = { train: () => new Promise((resolve) => { asked.push({ resolve }); }), stop() {} };
  runner = createRunner(slow, { onResult: (result) => results.push(result), onFault: (error) => faults.push(error), onWaiting() {} });
  const answer = settled(runner.train("a"));
  runner.stop();
  asked[0].resolve("A");
  assert.equal(await answer, "Stopped");
  await turn();
  assert.deepEqual([results, faults], [[], []]);
});
