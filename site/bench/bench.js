// The page that measures this browser: the default run, compiled and number by number in Python,
// and whether both come to the same bits.

import { LOSSES } from "#facts/configuration";
import { ROW } from "#facts/history";
import { UNABLE, canCompute } from "../js/shared/browser-support.js";
import { alive } from "../js/shared/reload.js";
import { $, copyText, make, setText } from "../js/shared/dom.js";
import { createEngine } from "../js/engine/engine.js";
import { createStage, showNotices } from "../js/shared/messages.js";
import { keepForOffline } from "../js/shared/offline.js";
import { configOf, defaults } from "../js/playground/state/state.js";
import { rowOf } from "../js/shared/history.js";
import { setUpTheme } from "../js/shared/theme.js";

const WARM = 20, ROUNDS = 100, EAGER_STEPS = 3;
const SHORTEST_MS = 0.1, DECADES = 7; // what the bars reach from, and over how many powers of ten

const config = configOf(defaults());
const stage = createStage();
const engine = createEngine({ onStage: stage.loading, onLost: lost, onHeard: alive, mayStart: () => true });
let compiled = null, eager = null, making = null, broken = false;

function lost(error) {
  broken = true;
  stage.failed(error, measure);
}

const digits = (number) => Number(number.toPrecision(3)); // 1000, not 1.00e+3
const time = (ms) => (ms < 1000 ? `${digits(ms)} ms` : ms < 120_000 ? `${digits(ms / 1000)} s` : `${digits(ms / 60_000)} min`);
const whole = (number) => Math.round(number).toLocaleString("en");
const rough = (number) => whole(Number(number.toPrecision(2))); // no more digits than it has

function show(id, ms, text) {
  const row = $(id);
  row.classList.toggle("pending", ms === null);
  row.querySelector(".extent").style.width = ms === null ? "0" : `${100 * Math.min(1, Math.max(0, Math.log10(ms / SHORTEST_MS) / DECADES))}%`;
  setText(row.querySelector(".said"), text);
}

async function measureCompiled() {
  let spent = 0, result;
  for (let round = -WARM; round < ROUNDS; round++) {
    result = await engine.train(config);
    if (round >= 0) spent += result.trainMs;
  }
  return { ms: spent / ROUNDS, result };
}

const bits = (numbers) => new BigUint64Array(Float64Array.from(numbers).buffer);
const sameBits = (a, b) => a.length === b.length && bits(a).every((one, k) => one === bits(b)[k]);

async function measureEager({ history, parameters, parameterCount: size }) {
  const at = (step) => parameters.slice(step * size, (step + 1) * size);
  const ask = (step) => engine.step({ config, step, parameters: at(step), history: history.slice(0, ROW * step) });
  await ask(0); // draws the points and the first weights, which are no part of a step
  let spent = 0, same = true;
  for (let step = 0; step < EAGER_STEPS; step++) {
    const before = performance.now();
    const { row, parameters: moved } = await ask(step);
    spent += performance.now() - before;
    same &&= sameBits(moved, at(step + 1)) && sameBits(row, rowOf(history, step));
  }
  return { stepMs: spent / EAGER_STEPS, same };
}

/** What a kernel takes that is not there yet: the same network's for the other loss. */
async function measureMaking() {
  const { compileMs, kernelBytes } = await engine.train({ ...config, loss: LOSSES.find((loss) => loss !== config.loss), steps: 1 });
  return { ms: compileMs, bytes: kernelBytes };
}

function showCompiled() {
  show("compiled", compiled.ms, `${time(compiled.ms)} for 100 steps`);
  $("measure").disabled = $("copy").disabled = false;
}
const steps = config.steps;
const ratio = () => (steps * eager.stepMs) / compiled.ms;
function showEager() {
  show("eager", steps * eager.stepMs, `${time(steps * eager.stepMs)} for 100 steps, ${time(eager.stepMs)} for one`);
  $("verdict").replaceChildren(
    "Compiled, it is ", make("b", {}, `about ${rough(ratio())} times`), " as fast here. ",
    eager.same
      ? `After each of the ${EAGER_STEPS} steps, all ${compiled.result.parameterCount} parameters and the losses are equal to the last bit.`
      : "But the two do not come to the same bits. That is a fault: please report it with these figures.",
    ` Making a kernel took ${time(making.ms)}: following the arithmetic, writing ${whole(making.bytes / 1000)} kB of WebAssembly, and the browser’s compiler.`,
  );
}

function report() {
  const { brands = [], platform = "" } = navigator.userAgentData ?? {};
  const browser = brands.length ? `${brands.map(({ brand, version }) => `${brand} ${version}`).join(", ")}; ${platform}` : navigator.userAgent;
  return [
    `micrograd_wasm, the default run (fingerprint ${compiled.result.fingerprint.slice(0, 8)}), 100 steps`,
    `compiled: ${time(compiled.ms)}, mean of ${ROUNDS}`,
    ...(eager ? [
      `Python, number by number: ${time(steps * eager.stepMs)}, from ${EAGER_STEPS} steps; about ${rough(ratio())} times the compiled run`,
      `bits: ${eager.same ? "equal" : "NOT EQUAL"}`,
      `making a kernel: ${time(making.ms)}, ${whole(making.bytes)} bytes`,
    ] : []),
    `${browser}; ${navigator.hardwareConcurrency ?? "?"} cores`,
  ].join("\n");
}

async function measure() {
  $("measure").disabled = true;
  // What was found before belongs to figures that are about to be others.
  eager = null;
  $("verdict").replaceChildren();
  show("eager", null, "Measuring …");
  try {
    await (broken ? engine.retry() : engine.start());
    broken = false;
    stage.ready();
    compiled = await measureCompiled();
    showCompiled();
    $("measure").disabled = true;
    making ??= await measureMaking();
    eager = await measureEager(compiled.result);
    showEager();
    setText($("measure"), "Measure again");
  } catch (error) {
    show("eager", null, "Not measured");
    if (error.name === "BootError") lost(error);
    else showNotices([`This could not be measured: ${error.message}`]);
  }
  $("measure").disabled = false;
}

async function begin() {
  setUpTheme($("theme"));
  show("eager", null, "Not measured yet");
  if (!canCompute()) {
    alive();
    return show("compiled", null, UNABLE);
  }
  show("compiled", null, "Measuring …");
  $("measure").addEventListener("click", measure);
  $("copy").addEventListener("click", async () => {
    await copyText(report());
    setText($("copy"), "Copied");
    setTimeout(() => setText($("copy"), "Copy the figures"), 2000);
  });
  try {
    compiled = await measureCompiled();
    showCompiled();
  } catch (error) {
    show("compiled", null, `This could not be measured: ${error.message}`);
  }
  return keepForOffline(new URL("../", import.meta.url));
}
begin();
