// Points from tables of text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlain, middleOf, pointsOf, propose, readTable, sizeOfPlane, usualOne, writePoints } from "../../site/js/playground/controls/csv.js";

const ROOM = { most: 500, reach: 1000 };
/** The points of a text as the page takes them unasked: scaled where they do not fit the plane. */
function read(text, changes = {}) {
  const table = readTable(text), proposed = propose(table);
  const scale = !isPlain(table, proposed) && sizeOfPlane(table, proposed) > 5;
  return pointsOf(table, { ...proposed, scale, ...changes }, ROOM);
}

test("whatever stands between the cells", () => {
  const wanted = [[0, 0.5, 1], [1, 2, -1]];
  for (const text of ["0,0.5,1\n1,2,-1", "0;0,5;1\n1;2;-1", "0\t0,5\t1\r\n1\t2\t-1", "0 0.5 1\n 1   2 -1 ", "x,y,label\r0,0.5,1\r1,2,-1", '\uFEFF"0","0.5","1"\n"1","2","-1"', "\uFEFF0,0.5,1\n\n# a note\n1,2,-1\n"]) {
    assert.deepEqual(read(text), { rows: wanted, errors: [] }, JSON.stringify(text));
  }
});

test("labels of any kind, targets, and units", () => {
  const cases = {
    "0 0 0\n1 1 1\n": [[0, 0, -1], [1, 1, 1]],
    "a,b,c\n0,0,cat\n1,1,dog\n": [[0, 0, -1], [1, 1, 1]],
    "x,y,class\n1,2,7\n3,4,9\n": [[1, 2, -1], [3, 4, 1]],
    // Targets: those above the middle one are class 1.
    "x,y,price\n0,0,1.5\n0,1,2.5\n1,1,99\n": [[0, 0, -1], [0, 1, -1], [1, 1, 1]],
  };
  for (const [text, rows] of Object.entries(cases)) assert.deepEqual(read(text), { rows, errors: [] }, text);
  const units = readTable("x,y,label\n1000,1e6,1\n3000,2e6,-1\n2000,3e6,1\n");
  assert.equal(sizeOfPlane(units, propose(units)), 3e6);
  assert.deepEqual(pointsOf(units, { ...propose(units), scale: true }, ROOM).rows, [[-2, -2, 1], [2, 0, -1], [0, 2, 1]]);
});

test("columns are proposed by what is in them and what they are called", () => {
  const iris = readTable('id;sepal length;"petal; length";species\n1;5,1;1,4;setosa\n2;4,9;1,4;setosa\n3;7,0;4,7;versicolor\n4;6,4;4,5;versicolor\n');
  assert.deepEqual(iris.names, ["id", "sepal length", "petal; length", "species"]);
  assert.deepEqual(propose(iris), { x: 0, y: 1, label: 3, one: "versicolor" });
  const chosen = pointsOf(iris, { x: 1, y: 2, label: 3, one: "setosa", scale: false }, ROOM);
  assert.deepEqual(chosen.rows, [[5.1, 1.4, 1], [4.9, 1.4, 1], [7, 4.7, -1], [6.4, 4.5, -1]]);
  const first = readTable("species,a,b\ncat,1,2\ndog,3,4\n");
  assert.deepEqual(propose(first), { x: 1, y: 2, label: 0, one: "dog" });
});

test("each row that does not fit is named with what is wrong about it", () => {
  const { rows, errors } = read("x,y,label\n0,0,1\n1,zwei,1\n1,1\n2,2,\n5000,0,1\n,1,1\nNaN,1,1", { scale: false });
  assert.deepEqual(rows, [[0, 0, 1]]);
  assert.deepEqual(errors, [
    "Row 3: y is “zwei”, not a number", "Row 4: has 2 cells, and needs 3: x, y, label", "Row 5: the label is missing",
    "Row 6: x is 5000, beyond 1000", "Row 7: x is “”, not a number", "Row 8: x is “NaN”, not a number",
  ]);
});

test("what is no number to a reader is none here", () => {
  for (const cell of ["0x10", "0b1", "0o7", "Infinity", "-infinity", "1,5,5", "1e", "--1", "NaN", "1 2"]) {
    const { errors } = read(`x;y;label\n${cell};1;1\n0;0;-1`, { x: 0, y: 1, label: 2, one: "1", scale: false });
    assert.deepEqual(errors, [`Row 2: x is “${cell}”, not a number`]);
  }
});

test("no more points than there is room for, and no more errors than can be read", () => {
  const many = read("0,0,1\n".repeat(600) + "1,1,-1\n");
  assert.equal(many.rows.length, 500);
  assert.equal(many.errors.length, 9);
  assert.equal(many.errors[0], "Row 501: there is room for 500 points");
  assert.equal(many.errors.at(-1), "and 93 more rows");
});

test("empty tables have no rows, columns or points", () => {
  for (const text of ["", "\n\n", "# only a note"]) assert.deepEqual(readTable(text).rows, [], JSON.stringify(text));
  assert.equal(usualOne(undefined), null);
});

test("one heading and no numbers is a row, not a heading", () => {
  assert.equal(readTable("x,y,label").rows.length, 1);
});

test("equal points are scaled to the middle, not divided by nothing", () => {
  const table = readTable("7,7,1\n7,7,-1");
  assert.deepEqual(pointsOf(table, { ...propose(table), scale: true }, ROOM).rows, [[0, 0, 1], [0, 0, -1]]);
});

test("the middle of an even count is the lower one", () => {
  assert.equal(middleOf(readTable("0,0,4\n0,0,1\n0,0,3\n0,0,2"), 2), 2);
});

test("what is written is read again", () => {
  const points = [[0.1, -2, 1], [1e-7, 3.25, -1]];
  assert.deepEqual(read(writePoints(points)), { rows: points, errors: [] });
});
