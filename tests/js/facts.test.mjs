// What Python knows is written there alone: scripts take it from what the build wrote (builder/facts.py).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { COLUMNS } from "#facts/columns";
import { ACTIVATIONS, DATASETS, DEFAULT, LOSSES, SCHEDULES } from "#facts/configuration";
import * as history from "#facts/history";
import { FIELDS } from "../../site/js/playground/state/state.js";

const SITE = fileURLToPath(new URL("../../site", import.meta.url));
const scripts = readdirSync(SITE, { recursive: true }).filter((path) => path.endsWith(".js"));
const code = new Map(scripts.map((path) => [path, readFileSync(join(SITE, path), "utf8").replace(/\/\*[\s\S]*?\*\/|(?<!["'`:])\/\/.*/g, "")]));

/** Where a script has it, but for these, which are about one such thing and not about all of them. */
function found(pattern, ...but) {
  return [...code].filter(([path]) => !but.includes(path)).flatMap(([path, text]) => [...text.matchAll(pattern)].map(([what]) => `${path}: ${what}`));
}
const quoted = (names) => new RegExp(`["'\`](?:${names.join("|")})["'\`]`, "g");

test("no script names the engine's data sets, losses, activations and columns", () => {
  // A set of one's own points is no data set of the engine's, and relu is an operation of a graph, too.
  assert.deepEqual(found(quoted(DATASETS.filter((name) => name !== "own"))), []);
  assert.deepEqual(found(quoted(LOSSES)), []);
  assert.deepEqual(found(quoted(ACTIVATIONS), "lessons/figures/graph.js"), []);
  assert.deepEqual(found(quoted(COLUMNS.filter((name) => name.includes("_")))), []);
});

test("the rule of a schedule is written once", () => {
  assert.deepEqual(found(/\b0?\.9 \* /g, "js/shared/learning-rate.js"), []);
  // Two places set one of the kinds: "back to the official schedule", "take a constant rate".
  assert.deepEqual(found(quoted(Object.keys(SCHEDULES).filter((name) => name !== "linear" && name !== "constant")), "js/shared/learning-rate.js", "js/shared/messages.js"), []);
});

test("no script counts the numbers of a history's row", () => {
  assert.equal(history.ROW, COLUMNS.length);
  assert.deepEqual(COLUMNS.map((name) => history[name.toUpperCase()]), COLUMNS.map((_, place) => place));
  // As in "history[5 * step", "step * 5", "history.length / 5", "history.at(-5)", "ROW = 5".
  const forms = ["[[(]5 \\* ", "step \\* 5\\b", "history[^\\n;]{0,20} / 5\\b", "\\(-5\\)", "(?:ROW|FIELDS)(?:_\\w+)? = 5\\b"];
  assert.deepEqual(found(new RegExp(forms.join("|").replaceAll("5", history.ROW), "g")), []);
});

test("the page offers every choice that the engine has", () => {
  const options = (name) => (({ type }) => (type.kind ?? type).options ?? type.kinds)(FIELDS.get(name));
  assert.deepEqual(["dataset", "activations", "loss", "learningRate"].map(options), [DATASETS, ACTIVATIONS, LOSSES, Object.keys(SCHEDULES)]);
});

test("a run's fields have the engine's defaults", () => {
  for (const [name, usual] of Object.entries(DEFAULT)) assert.deepEqual(FIELDS.get(name)?.usual, usual, name);
});
