// What makes text of something: code in colours, faults in words, pictures as SVG.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SvgContext } from "../../site/js/playground/dialogs/svg-context.js";
import { wordsOf } from "../../site/js/shared/failure.js";
import { tokens } from "../../site/js/shared/tokens.js";

const kinds = (source, language) => tokens(source, language).filter(([kind]) => kind).map(([kind, text]) => `${kind} ${text}`);

test("Python's comments, strings, words and numbers are told apart", () => {
  assert.deepEqual(kinds('def f(x): # not "a string"\n    return x.is_ + 1_000.5e-3 if x != r"\\"" else None', "python"), [
    "k def", 'c # not "a string"', "k return", "n 1_000.5e-3", "k if", 's r"\\""', "k else", "k None",
  ]);
  assert.deepEqual(kinds("classes = x1 + import_ + self.class", "python"), [], "a part of a name is no word");
  assert.deepEqual(kinds('"""one\n# two""" + \'it\\\'s\'', "python"), ['s """one\n# two"""', "s 'it\\'s'"]);
});

test("WebAssembly's text has its own words", () => {
  assert.deepEqual(kinds('(func $add (param f64) ;; (note\n (; block ;) f64.const -0x1.8p+3 "a\\"b")', "wat"), [
    "k func", "s $add", "k param", "c ;; (note", "c (; block ;)", "n -0x1.8p+3", 's "a\\"b"',
  ]);
});

test("the pieces make up the source, also of what nobody closed", () => {
  for (const language of ["python", "wat"]) {
    for (const source of ["", "x", '"""', "'", '"a', "(; a", "# é ∂\n\r\n", "\\'\"$", "1e", "0x"]) {
      assert.equal(tokens(source, language).map(([, text]) => text).join(""), source);
    }
  }
});

test("no error of one kind is told as another", () => {
  const cases = [
    [{ name: "Stopped" }, "stopped", "Stopped."],
    [{ name: "BootError", stage: "unable", message: "no WebAssembly" }, "unable", "Python cannot run here."],
    [{ name: "BootError", stage: "download", message: "404" }, "start", "Python did not start."],
    [{ name: "BootError", stage: "running", message: "gone" }, "died", "Python stopped."],
    [{ stage: "silent", message: "for 20 seconds" }, "silent", "Python does not answer."],
    [{ name: "CodeError", message: "Maximum call stack size exceeded" }, "yours", "Your code brought Python down:"],
    [{ name: "ValueError", message: "a" }, "yours", "That did not work."],
  ];
  for (const [error, kind, title] of cases) assert.deepEqual([wordsOf(error).kind, wordsOf(error).title], [kind, title]);
  assert.equal(wordsOf(cases[2][0]).text, "Python did not start: it failed while loading Python (404).");
  assert.equal(wordsOf(cases[5][0]).text, "it called itself without an end, deeper than this browser goes.");
  assert.equal(wordsOf({ name: "CodeError", message: "allocation failed" }).text, "it needs more memory than a tab has.");
  assert.equal(wordsOf({ name: "BootError", stage: "elsewhere", message: "x" }).text, "Python did not start: it failed (x).");
});

test("what is drawn comes out as shapes and text, markup never", () => {
  const context = new SvgContext(100.4, 50);
  context.beginPath();
  context.moveTo(0, 1 / 3);
  context.lineTo(10, 20);
  context.setLineDash([5, 2.5]);
  context.globalAlpha = 0.5;
  context.stroke();
  context.globalAlpha = 1;
  context.textAlign = "center";
  context.fillText('<b> & "c"', 1, 2);
  context.beginPath();
  context.arc(5, 5, 2);
  context.fill();
  const svg = context.toString();
  assert.match(svg, /^<svg xmlns="[^"]+" width="100" height="50" viewBox="0 0 100 50">/);
  assert.ok(svg.includes('<path d="M0 0.33L10 20" fill="none" stroke="#000" stroke-width="1" stroke-linecap="butt" stroke-dasharray="5 2.5" opacity="0.5"/>'));
  assert.ok(svg.includes('text-anchor="middle"') && svg.includes("&#60;b&#62; &#38; &#34;c&#34;</text>"));
  assert.ok(svg.includes('<path d="M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z" fill="#000"/>'));
});

test("a stroke of no path draws nothing", () => {
  const context = new SvgContext(10, 10);
  context.beginPath();
  context.stroke();
  assert.doesNotMatch(context.toString(), /<path/);
});
