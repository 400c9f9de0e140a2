// What the pages beside the playground compute without a document: lines to embed, figures' numbers,
// what a kept notebook is worth.

import assert from "node:assert/strict";
import { test } from "node:test";
import { latest } from "../../site/js/shared/dom.js";
import { snippet } from "../../site/js/shared/embed-dialog.js";
import { axes, clamp, escaped, filled, fixed, scale, shown, snapped, ticks } from "../../site/lessons/figures/text.js";
import { isNotebook, judge, textOf, versionOf } from "../../site/notebook-list/copies.js";

const RUN = { tag: "micrograd-playground", attributes: { state: "noise=0.2&steps=5" }, root: "https://host/site/", link: "https://host/site/#noise=0.2&steps=5", label: 'A "run"', partsWord: "show", height: 640 };
const PLAIN = { form: "iframe", theme: "", height: "", start: "click", transparent: false, ink: false, parts: "", width: "" };

test("a link is the link", () => {
  assert.equal(snippet(RUN, { ...PLAIN, form: "link" }), RUN.link);
});

test("two lines of HTML say what was chosen and nothing else", () => {
  assert.equal(snippet(RUN, { ...PLAIN, form: "element" }),
    '<script type="module" src="https://host/site/embed.js"></script>\n<micrograd-playground state="noise=0.2&amp;steps=5"><a href="https://host/site/#noise=0.2&amp;steps=5">A &quot;run&quot;</a></micrograd-playground>');
  const chosen = snippet(RUN, { ...PLAIN, form: "element", theme: "dark", height: "480", start: "eager", transparent: true, ink: true, parts: "plane,legend" });
  assert.ok(chosen.includes(' show="plane,legend" theme="dark" height="480" start="eager" transparent color="inherit"><a'), chosen);
});

test("a plain frame asks for the same in its address", () => {
  assert.equal(snippet(RUN, PLAIN), '<iframe src="https://host/site/#noise=0.2&amp;steps=5&amp;embed&amp;auto" title="A &quot;run&quot;" width="100%" height="640" style="border: 0"></iframe>');
  const chosen = snippet({ ...RUN, link: RUN.root }, { ...PLAIN, theme: "light", height: "480", width: "960", start: "visible", parts: "plane" });
  assert.ok(chosen.startsWith('<iframe src="https://host/site/#embed&amp;theme=light&amp;show=plane&amp;start=visible" '), chosen);
  assert.ok(chosen.includes('width="960" height="480"'));
  assert.ok(snippet(RUN, { ...PLAIN, measured: 333 }).includes('height="333"'));
});

test("no label or state becomes markup", () => {
  const bad = '"><script>alert(1)</script>';
  for (const form of ["element", "iframe"]) {
    const lines = snippet({ ...RUN, label: bad, attributes: { state: bad }, link: `https://host/#${bad}` }, { ...PLAIN, form });
    assert.doesNotMatch(lines, /"><script>alert/);
  }
});

test("of what is asked meanwhile, only the newest is done, after what is under way", async () => {
  const done = [], ends = [];
  const act = latest(async (one) => { done.push(one); await new Promise((resolve) => ends.push(resolve)); });
  for (const one of [1, 2, 3]) act(one);
  assert.deepEqual(done, [1]);
  ends[0]();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(done, [1, 3]);
  ends[1]();
  await new Promise((resolve) => setImmediate(resolve));
  act(4);
  assert.deepEqual(done, [1, 3, 4]);
});

test("what fails is over, too", async () => {
  const done = [];
  const act = latest(async (one) => { done.push(one); throw new Error("no"); });
  await assert.rejects(act(1), /no/);
  await assert.rejects(act(2), /no/);
  assert.deepEqual(done, [1, 2]);
});

test("a figure's numbers have real minus signs and no noise", () => {
  assert.deepEqual([0.1 + 0.2, -1, 0, 1e-9, -2e6, NaN].map((one) => shown(one)), ["0.3", "−1", "0", "1.00e−9", "−2.00e6", "–"]);
  assert.deepEqual([1.005, -0.001, -2, Infinity].map((one) => fixed(one)), ["1.00", "0.00", "−2.00", "–"]);
  assert.equal(escaped('<a & "b">'), "&lt;a &amp; &quot;b&quot;&gt;");
  assert.equal(filled("{x} of {toString} and {y}", { x: 1, y: 2 }), "1 of {toString} and 2");
});

test("a control's value is a step of it within its bounds", () => {
  const control = { min: -1, max: 2, step: 0.1 };
  assert.deepEqual([0.25, 0.349, -9, 9, -0.04].map((one) => snapped(one, control) + 0), [0.3, 0.3, -1, 2, 0]);
  assert.equal(snapped(7, { min: 0, max: 10, step: 4 }), 8);
  assert.deepEqual([clamp(5, 0, 1), clamp(-5, 0, 1)], [1, 0]);
});

test("ticks are round, within, and about as many as asked for", () => {
  assert.deepEqual(ticks([0, 1]), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks([-1.5, 2.5]), [-1, 0, 1, 2]);
  for (const high of [0.003, 7, 123, 4e5]) {
    const found = ticks([0, high]);
    assert.ok(found.length >= 3 && found.length <= 7 && found[0] === 0 && found.at(-1) <= high * (1 + 1e-9), String(found));
  }
});

test("a scale leads there and back, and axes name their ends as text", () => {
  const x = scale([-2, 2], [40, 340]), y = scale([0, 1], [200, 20]);
  assert.deepEqual([x(-2), x(0), x(2), x.back(190), y.back(20)], [40, 190, 340, 0, 1]);
  const drawn = axes(x, y, [-2, 2], [0, 1], { left: 40, right: 340, top: 20, bottom: 200, xName: "x < 0", yName: "loss" });
  assert.ok(drawn.includes("x &lt; 0</text>") && drawn.includes('M190.0 20V200"'));
});

const CELLS = [{ cell_type: "markdown", source: ["# ∂ and 🙂\n", "x"] }, { cell_type: "code", source: "print(1)\n", outputs: [] }];
const VERSION = versionOf(CELLS);
const copyOf = (cells, version) => ({ type: "notebook", content: { cells, metadata: version ? { micrograd: { version } } : {} } });

test("a notebook's version is that of its cells, however they are kept", () => {
  // 64-bit FNV-1a in whole numbers of any length.
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode("markdown\n# ∂ and 🙂\nx\0code\nprint(1)\n\0")) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  assert.equal(VERSION, hash.toString(16).padStart(16, "0"));
  assert.equal(versionOf(CELLS.map((cell) => ({ ...cell, source: [cell.source].flat().join(""), outputs: [1], execution_count: 3 }))), VERSION);
  assert.notEqual(versionOf([...CELLS].reverse()), VERSION);
  assert.equal(versionOf([]), "cbf29ce484222325", "FNV-1a's offset");
});

test("a copy is what its cells and the version that it was made from say", () => {
  const edited = [CELLS[0], { ...CELLS[1], source: "print(2)\n" }];
  assert.deepEqual(judge(copyOf(CELLS, VERSION), VERSION), { edited: false, newer: false });
  assert.deepEqual(judge(copyOf(CELLS, VERSION), "another"), { edited: false, newer: true });
  assert.deepEqual(judge(copyOf(edited, VERSION), VERSION), { edited: true, newer: false });
  assert.deepEqual(judge(copyOf(edited, VERSION), "another"), { edited: true, newer: true });
  assert.deepEqual(judge(copyOf(edited, VERSION), versionOf(edited)), { edited: false, newer: false }, "as the site has it now");
  assert.deepEqual(judge(copyOf(edited), VERSION), { edited: true, newer: true }, "nobody knows what it was made from");
});

test("what a crash or another program left is no notebook, and is the reader's", () => {
  for (const content of [null, undefined, "{", "[]", { cells: [{}] }, { cells: 3 }]) {
    assert.equal(isNotebook({ content }), false);
    assert.equal(judge({ content }, VERSION).edited, true);
    assert.equal(typeof textOf({ content }), "string");
  }
  assert.equal(textOf({ content: "{ not JSON" }), "{ not JSON");
  assert.deepEqual(JSON.parse(textOf(copyOf(CELLS, VERSION))), copyOf(CELLS, VERSION).content);
});
