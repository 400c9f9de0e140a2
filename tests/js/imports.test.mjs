// Which folder of the site's scripts may use which: shared below engine below the pages.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SITE = fileURLToPath(new URL("../../site", import.meta.url));
const scripts = readdirSync(SITE, { recursive: true }).filter((path) => path.endsWith(".js") && path !== "service-worker.js");
const IMPORT = /\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+\.js)"/g;

/** Each import of one file by another, as paths from the site's folder. */
const withoutComments = (text) => text.replace(/\/\*\*[\s\S]*?\*\//g, ""); // they name types of anywhere
const imports = scripts.flatMap((path) => [...withoutComments(readFileSync(join(SITE, path), "utf8")).matchAll(IMPORT)]
  .map(([, there]) => [path, relative(SITE, resolve(SITE, dirname(path), there))]));

const STATE = "js/playground/state/";
const MAY_USE = [
  ["js/shared/", ["js/shared/"]],
  ["js/engine/", ["js/engine/", "js/shared/"]],
  [STATE, [STATE, "js/shared/"]],
  ["js/playground/", ["js/playground/", "js/engine/", "js/shared/"]],
  ["bench/", ["bench/", STATE, "js/engine/", "js/shared/"]],
  ...["lessons/", "notebook-list/", "run-notebook/"].map((page) => [page, [page, "js/engine/", "js/shared/"]]),
];

test("every script has a folder whose imports are looked at", () => {
  assert.ok(scripts.length > 100 && imports.length > 150);
  const homeless = scripts.filter((path) => !MAY_USE.some(([folder]) => path.startsWith(folder)));
  assert.deepEqual(homeless, []);
});

test("imports run one way", () => {
  const wrong = imports.filter(([from, to]) => {
    const [, allowed] = MAY_USE.find(([folder]) => from.startsWith(folder));
    return !allowed.some((folder) => to.startsWith(folder));
  });
  assert.deepEqual(wrong, []);
});

test("no file imports itself by way of others", () => {
  const done = new Set(), way = [];
  function walk(path) {
    assert.ok(!way.includes(path), `${[...way, path].join(" -> ")}`);
    if (done.has(path)) return;
    way.push(path);
    for (const [from, to] of imports) if (from === path) walk(to);
    way.pop();
    done.add(path);
  }
  scripts.forEach(walk);
});
