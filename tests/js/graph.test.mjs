// An example's graph: as DOT with its neurons folded or open, and walked back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { foldedDot, keyOf, nameOf } from "../../site/js/playground/drawer/graph-dot.js";
import { backwardPass } from "../../site/js/playground/drawer/graph-walk.js";

const leaf = (id, name, data, grad, neuron) => ({ id, name, data, grad, neuron, is_leaf: true, op: "" });
const node = (id, op, data, grad, neuron) => ({ id, data, grad, neuron, is_leaf: false, op });
const edge = (from, to, local) => ({ from, to, local_gradient: local });

// Two neurons: h of x, by way of two more nodes, and out = h * v. As the numbers go, not as the operations do.
const GRAPH = {
  nodes: [
    leaf("x", "x", 3, -0.25), leaf("w", "w", 2, -0.375, [0, 0]), node("wx", "*", 6, -0.125, [0, 0]), node("s", "+", 6, -0.25, [0, 0]), node("h", "tanh", 6, -0.5, [0, 0]),
    leaf("v", "", -0.5, 6, [1, 0]), node("out", "*", -3, 1, [1, 0]),
  ],
  edges: [edge("x", "wx", 2), edge("w", "wx", 3), edge("wx", "s", 0.5), edge("s", "h", 0.5), edge("h", "out", -0.5), edge("v", "out", 6)],
};
const boxes = ({ speakers }) => [...speakers.keys()];
const arrows = ({ dot }) => [...dot.matchAll(/^(\S+) -> (\S+) /gm)].map(([, from, to]) => `${from}>${to}`);

test("folded, each neuron is one box that speaks for its output", () => {
  const drawn = foldedDot(GRAPH, new Set());
  assert.deepEqual(boxes(drawn), ["x", "n0_0", "n1_0"]);
  assert.deepEqual(arrows(drawn), ["x>n0_0", "n0_0>n1_0"]);
  assert.equal(drawn.speakers.get("n0_0").id, "h");
  assert.equal(drawn.boxOf("wx"), "n0_0");
  assert.match(drawn.dot, /label="▸ tanh\\ndata 6\.0000\\ngrad -0\.5000"/);
});

test("open, a neuron has its own boxes, and the others stay folded", () => {
  const drawn = foldedDot(GRAPH, new Set([keyOf([0, 0])]));
  assert.deepEqual(boxes(drawn), ["x", "w", "wx", "s", "h", "n1_0"]);
  assert.deepEqual(arrows(drawn), ["x>wx", "w>wx", "wx>s", "s>h", "h>n1_0"]);
});

test("alone, a neuron has what it reads beside it and nothing else", () => {
  const drawn = foldedDot(GRAPH, new Set(["n1_0"]), "n1_0");
  assert.deepEqual(boxes(drawn), ["n0_0", "v", "out"]);
  assert.deepEqual(arrows(drawn), ["n0_0>out", "v>out"]);
  assert.equal(drawn.boxOf("x"), null);
});

test("a value that is used twice is drawn with both edges, also to one box", () => {
  const square = { nodes: [leaf("x", "x", 3, 6), node("y", "*", 9, 1)], edges: [edge("x", "y", 3), edge("x", "y", 3)] };
  assert.deepEqual(arrows(foldedDot(square, new Set())), ["x>y", "x>y"]);
});

test("a name is text, whatever it holds", () => {
  const { dot } = foldedDot({ nodes: [leaf("x", 'a"]; b [label="\\', 1, 1)], edges: [] }, new Set());
  assert.ok(dot.includes(String.raw`label="a\"]; b [label=\"\\\ndata`));
  assert.equal(dot.split("\n").length, 6);
});

test("a node without a name is called by what it is", () => {
  assert.deepEqual([{ name: "w" }, { label: "L" }, { is_leaf: true, op: "" }, { op: "+" }].map(nameOf), ["w", "L", "constant", "+"]);
});

/** At each box the shares that arrive make up its gradient, but at the end, where it begins. */
function assertSums(passed) {
  const [end, ...rest] = passed;
  assert.deepEqual(end.arrivals, []);
  for (const { id, node: { grad }, arrivals } of rest) {
    assert.equal(arrivals.reduce((sum, { share }) => sum + share, 0), grad, id);
  }
}

test("walked back, the shares that arrive make up each gradient, folded or open", () => {
  for (const open of [[], ["n0_0"], ["n1_0"], ["n0_0", "n1_0"]]) {
    assertSums(backwardPass(GRAPH, foldedDot(GRAPH, new Set(open))));
  }
});

test("through a folded neuron the local gradient is the product along the way", () => {
  const passed = backwardPass(GRAPH, foldedDot(GRAPH, new Set()));
  assert.deepEqual(passed.map(({ id }) => id), ["n1_0", "n0_0", "x"]);
  assert.deepEqual(passed.at(-1).arrivals, [{ id: "n0_0", name: "tanh", grad: -0.5, local: 0.5, share: -0.25 }]);
});

test("of a value used twice both shares arrive", () => {
  const square = { nodes: [leaf("x", "x", 3, 6), node("y", "*", 9, 1)], edges: [edge("x", "y", 3), edge("x", "y", 3)] };
  const [, x] = backwardPass(square, foldedDot(square, new Set()));
  assert.deepEqual(x.arrivals.map(({ share }) => share), [3, 3]);
});
