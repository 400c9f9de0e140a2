// What passes between threads, and what is asked of the engine.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Client, buffersOf, named, serve } from "../../site/js/engine/remote-calls.js";
import { createGradients } from "../../site/js/playground/network/gradients.js";
import { configOf, defaults } from "../../site/js/playground/state/state.js";
import { alike, ownFields } from "../../site/js/shared/config.js";

let channel, client;
beforeEach(() => {
  channel = new MessageChannel();
  client = new Client(channel.port1);
});
afterEach(() => channel.port1.close());

test("a call is answered with the value, and an error with its name and stage", async () => {
  serve(channel.port2, new Map([
    ["sum", (...numbers) => numbers.reduce((a, b) => a + b, 0)],
    ["fail", async () => { throw named("BootError", "no file", { stage: "download" }); }],
  ]));
  assert.deepEqual(await Promise.all([client.call("sum", 1, 2), client.call("sum", 3)]), [3, 3]);
  await assert.rejects(client.call("fail"), (error) => error instanceof Error && error.name === "BootError" && error.message === "no file" && error.stage === "download");
  await assert.rejects(client.call("nothing"), { name: "TypeError" });
});

test("buffers of an answer are handed over, each once, also one level down", async () => {
  const shared = new Float64Array(8), parts = { a: shared, more: { b: shared.subarray(2), c: new Int32Array(3) }, text: "x", none: null };
  assert.equal(buffersOf(parts).length, 2);
  assert.deepEqual(buffersOf(shared), [shared.buffer]);
  serve(channel.port2, new Map([["give", () => parts]]));
  const answer = await client.call("give");
  assert.equal(answer.a.length, 8);
  assert.equal(shared.length, 0, "it is not here any more");
});

test("when the other side is gone, who waits is told and who asks, too", async () => {
  const waiting = client.call("sum", 1);
  client.lose(named("BootError", "gone", { stage: "running" }));
  await assert.rejects(waiting, { name: "BootError", stage: "running" });
  await assert.rejects(client.call("sum", 2), { name: "BootError", message: "gone" });
});

test("a configuration has its own fields and no others", () => {
  const config = { ...configOf(defaults()), live: true, callback() {} };
  const own = ownFields(config);
  assert.deepEqual(own, configOf(defaults()));
  own.layers.push(1);
  assert.deepEqual(config.layers, [16, 16]);
  assert.deepEqual(ownFields(Object.create({ noise: 1 })), {});
  assert.deepEqual(ownFields(null), {});
});

test("configurations are alike by what they say", () => {
  const config = configOf(defaults());
  assert.equal(alike(config, { ...structuredClone(config), live: false }), true);
  assert.equal(alike(config, { ...config, layers: [16, 17] }), false);
  assert.equal(alike(config, undefined), false);
});

/** Gradients asked of an engine that answers when a test says so. */
function asking() {
  const asked = [], arrived = [];
  const engine = { gradients: ({ step }) => new Promise((resolve, reject) => asked.push({ step, resolve, reject })) };
  return { asked, arrived, gradients: createGradients({ engine, onArrived: ({ step }, answer) => arrived.push([step, answer]) }) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("of the steps that are asked for while one is under way, the newest is asked next", async () => {
  const { asked, arrived, gradients } = asking();
  const result = { config: {} }, at = (step) => ({ result, step, parameters: Float64Array.of(step) });
  for (const step of [1, 2, 3]) gradients.want(at(step));
  assert.deepEqual(asked.map(({ step }) => step), [1]);
  asked[0].resolve(Float64Array.of(10));
  await turn();
  assert.deepEqual(asked.map(({ step }) => step), [1, 3]);
  asked[1].resolve(Float64Array.of(30));
  await turn();
  assert.deepEqual(arrived.map(([step]) => step), [1, 3]);
  assert.deepEqual([1, 2, 3].map((step) => gradients.of(at(step))?.[0]), [10, undefined, 30]);
  gradients.want(at(3));
  assert.equal(asked.length, 2, "what is known is not asked again");
});

test("a step that has none is not asked again, but one that Python was missing for is", async () => {
  const { asked, arrived, gradients } = asking();
  const painted = { result: { config: {} }, step: 5, parameters: new Float64Array(1) };
  gradients.want(painted);
  asked[0].reject(named("BootError", "gone"));
  await turn();
  gradients.want(painted);
  asked[1].reject(named("OverflowError", "too large"));
  await turn();
  gradients.want(painted);
  assert.deepEqual([asked.length, arrived.map(([, { name }]) => name), gradients.of(painted)], [2, ["BootError", "OverflowError"], undefined]);
});
