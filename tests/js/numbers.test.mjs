// What computes with numbers and draws nothing: fingerprints, schedules, contours, steps.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { fingerprint, sha256 } from "../../site/js/engine/fingerprint.js";
import { find, heightFor, layOut, offsetsOf, placeOf } from "../../site/js/playground/network/network-draw.js";
import { onlyPenalty, steepest } from "../../site/js/playground/network/steepest.js";
import { percent, shown } from "../../site/js/shared/dom.js";
import { OFFICIAL_STEPS, rateAt } from "../../site/js/shared/learning-rate.js";
import { boundsFor, contour } from "../../site/js/shared/surface.js";

test("SHA-256 is that of the library, at every length around a block", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, k) => (k * 37 + length) % 256);
    assert.equal(sha256(bytes), createHash("sha256").update(bytes).digest("hex"), String(length));
  }
});

test("a fingerprint is that of little-endian doubles, and -0 is 0", () => {
  const history = Float64Array.of(1, -0, 0.1), parameters = Float64Array.of(-2.5, 1e300);
  const bytes = Buffer.alloc(40);
  [1, 0, 0.1, -2.5, 1e300].forEach((number, k) => bytes.writeDoubleLE(number, 8 * k));
  assert.equal(fingerprint(history, parameters), createHash("sha256").update(bytes).digest("hex"));
});

test("rates follow their schedule, and the official one ends where it says", () => {
  const official = { kind: "official", start: 1, end: 0.1 };
  assert.equal(rateAt(official, 0, 100), 1);
  assert.ok(rateAt(official, OFFICIAL_STEPS - 1, OFFICIAL_STEPS) > 0);
  assert.ok(rateAt(official, OFFICIAL_STEPS, OFFICIAL_STEPS + 1) < 0);
  assert.equal(rateAt({ kind: "constant", start: 0.3, end: 9 }, 50, 100), 0.3);
  const linear = { kind: "linear", start: 1, end: 0.5 };
  assert.deepEqual([0, 50, 100].map((step) => rateAt(linear, step, 101)), [1, 0.75, 0.5]);
  assert.equal(rateAt(linear, 0, 1), 1);
});

test("the steepest step is the one that moved furthest for its rate", () => {
  // Two parameters, three steps; rows are total, data, reg, accuracy, rate.
  const history = Float64Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0.1, 0, 0, 0, 0, 0);
  const parameters = Float64Array.of(0, 0, 3, 4, 3, 5, 100, 100);
  assert.equal(steepest({ history, parameters, parameterCount: 2 }), 1, "5 at a rate of 1 is less than 1 at 0.1; a rate of 0 is no step");
});

test("gradients of the penalty alone are told from others", () => {
  const parameters = Float64Array.of(1, -2, 0), alpha = 1e-4;
  const gradients = parameters.map((one) => 2 * alpha * one);
  assert.equal(onlyPenalty(gradients, parameters, alpha), true);
  assert.equal(onlyPenalty(gradients.with(2, 1e-12), parameters, alpha), false);
  assert.equal(onlyPenalty(gradients.with(0, 2.001e-4), parameters, alpha), false);
});

test("parameters lie neuron by neuron, each with its bias last", () => {
  assert.deepEqual(offsetsOf([2, 16, 16, 1]), [0, 48, 320]);
  assert.deepEqual([placeOf([2, 16, 16, 1], 0, 0, 2), placeOf([2, 16, 16, 1], 1, 3, 0), placeOf([2, 16, 16, 1], 2, 0, 16)], [2, 99, 336]);
});

test("each neuron is found where it is drawn, and each weight on its line", () => {
  const sizes = [2, 32, 1], places = layOut(sizes, [400, heightFor(sizes)]);
  places.forEach((column, layer) => column.forEach(({ x, y }, neuron) => assert.deepEqual(find(places, x, y), { layer, neuron })));
  for (const [weight, neuron] of [[0, 0], [1, 31], [0, 31], [1, 16]]) {
    const a = places[0][weight], b = places[1][neuron], [from, to] = [a.x + a.side / 2, b.x - b.side / 2];
    for (const share of [0.3, 0.5, 0.8]) { // there, lines are curves
      const place = [from + share * (to - from), a.y + (b.y - a.y) * share * share * (3 - 2 * share)];
      assert.deepEqual(find(places, ...place), { layer: 1, neuron, weight });
    }
  }
  assert.equal(find(places, 5, 1), null);
});

test("a line of equal score is straight through a plane, and none where there is none", () => {
  const columns = 5, rows = 4;
  const scores = Float64Array.from({ length: columns * rows }, (_, at) => (at % columns) - 1.5);
  const segments = contour(scores, columns, rows, 0);
  assert.ok(segments.length >= 4 * (rows - 1));
  segments.filter((_, k) => k % 2 === 0).forEach((x) => assert.equal(x, 1.5));
  const ys = segments.filter((_, k) => k % 2 === 1);
  assert.deepEqual([Math.min(...ys), Math.max(...ys)], [0, rows - 1]);
  assert.deepEqual(contour(scores, columns, rows, 9), []);
});

test("a window holds all points, has the plane's shape, and stays while they move a little", () => {
  for (const points of [[], [3, 4, 1], [-1, -1, 1, 2, 0.5, -1], [0, 0, 1, 1000, -1000, -1]]) {
    const [x0, x1, y0, y1] = boundsFor(points, 300, 200);
    assert.ok(Math.abs((x1 - x0) / (y1 - y0) - 1.5) < 1e-9);
    for (let k = 0; k < points.length; k += 3) {
      assert.ok(x0 <= points[k] && points[k] <= x1 && y0 <= points[k + 1] && points[k + 1] <= y1, String(points));
    }
  }
  assert.deepEqual(boundsFor([-1, -1, 1, 2, 0.5, -1], 300, 200), boundsFor([-1, -1, 1, 2.001, 0.501, -1], 300, 200));
});

test("numbers are shown with as many digits as say something", () => {
  const cases = [[0, "0.0000"], [0.12345, "0.1235"], [-1234.56, "-1234.6"], [1e-9, "1.00e-9"], [1e6, "1.00e6"], [NaN, "–"], [Infinity, "–"], [undefined, "–"], ["1", "–"]];
  for (const [value, text] of cases) assert.equal(shown(value), text);
  assert.deepEqual([percent(0.915), percent(1), percent(NaN)], ["91.5 %", "100 %", "–"]);
});
