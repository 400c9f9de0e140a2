// The state of the playground: one table of typed fields. Reading a link, cleaning what a script
// sets, the controls' bounds and the address bar all follow from this table and from nothing else.
//
// Those of the engine's own configuration make the run, with its bounds, choices and defaults; the
// others are how it is looked at.

import { // from micrograd_wasm/page/configuration.py
  ACTIVATIONS, ALPHA_LEAST, ALPHA_MOST, BATCH_SIZE_LEAST, BATCH_SIZE_MOST, DATASETS, DEFAULT, LARGEST_COORDINATE, LARGEST_SEED,
  LAYERS_LEAST, LAYERS_MOST, LEARNING_RATE_LEAST, LEARNING_RATE_MOST, LOSSES, MOST_EXAMPLES, MOST_LAYERS, NOISE_LEAST, NOISE_MOST,
  OFFICIAL_STEPS, SAMPLES_LEAST, SAMPLES_MOST, SCHEDULES, STEPS_LEAST, STEPS_MOST,
} from "#facts/configuration";
import { ownFields } from "../../shared/config.js";
import { choice, flag, integer, list, names as someOf, number, optional, rows, schedule, seed, text } from "./fields.js";
import { PARTS } from "./page-parts.js";

const OFFICIAL = DEFAULT.learningRate;
const USUAL_ACTIVATION = DEFAULT.activations[0];
const SEED = seed(LARGEST_SEED);

/** A field of the run's has the engine's default, any other one its own. */
const field = (name, label, type, usual = DEFAULT[name]) => [name, { label, type, usual }];

export const FIELDS = new Map([
  field("dataset", "Data set", choice(DATASETS)),
  field("samples", "Samples", integer(SAMPLES_LEAST, SAMPLES_MOST, { why: "what this page can retrain under your finger; Python takes more" })),
  field("noise", "Noise", number(NOISE_LEAST, NOISE_MOST)),
  field("dataSeed", "Seed of the data", SEED),
  field("points", "Own points", rows(MOST_EXAMPLES, LARGEST_COORDINATE)),
  field("layers", "Hidden layers", list(integer(LAYERS_LEAST, LAYERS_MOST, { why: "what this page can draw; Python takes more" }), MOST_LAYERS, "layers")),
  field("activations", "Activations", list(choice(ACTIVATIONS), MOST_LAYERS, "activations")),
  field("modelSeed", "Seed of the network", SEED),
  field("steps", "Steps", integer(STEPS_LEAST, STEPS_MOST, { why: "this page keeps every step, to go back to; Python takes more" })),
  field("learningRate", "Learning rate", schedule(SCHEDULES, number(LEARNING_RATE_LEAST, LEARNING_RATE_MOST, { scale: "log" }), OFFICIAL)),
  field("alpha", "Regularization", number(ALPHA_LEAST, ALPHA_MOST, { scale: "log" })),
  field("batchSize", "Batch size", optional(integer(BATCH_SIZE_LEAST, BATCH_SIZE_MOST), "all")),
  field("seed", "Seed of the batches", SEED),
  field("loss", "Loss", choice(LOSSES)),
  field("live", "Retrain live", flag, true),
  field("step", "Step shown", optional(integer(0, STEPS_MOST), "last"), null),
  field("pace", "Steps per second", integer(1, 120), 30),
  field("log", "Logarithmic loss", flag, false),
  field("embed", "Embedded", flag, false),
  field("lines", "Lines of the network", choice(["weights", "gradients"]), "weights"),
  field("hide", "Hidden parts", someOf(PARTS, "part"), []),
  field("show", "Shown parts", someOf(PARTS, "part"), []),
  // The lesson that led here, for the way back: "5-max-margin-loss".
  field("lesson", "Lesson", text(/^\d{1,3}-[a-z0-9-]{1,80}$/, "a lesson’s number and name"), ""),
]);

export const defaults = () => structuredClone(Object.fromEntries([...FIELDS].map(([name, field]) => [name, field.usual])));

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The part of a state that makes the run. */
export { ownFields as configOf };

/**
 * Merge changes from anywhere into a sane state; what had to be mended is told in notices, and
 * `taken` counts the changes that were not refused. `outside`: they come from a link or a script,
 * so that what they give beyond what there is a place for is told, too.
 */
export function merge(state, changes, { outside = false } = {}) {
  const next = structuredClone(state);
  const notices = [];
  let taken = 0;
  for (const [name, raw] of Object.entries(changes ?? {})) {
    const field = FIELDS.get(name);
    if (!field) {
      notices.push(`“${name.slice(0, 40)}” is not a setting of this page and was left out.`);
      continue;
    }
    const { value, notice } = field.type.clean(raw);
    if (notice) notices.push(`${field.label} ${notice}.`);
    if (value !== undefined) {
      next[name] = value;
      taken++;
      const surplus = outside && field.type.surplus?.(raw, value);
      if (surplus) notices.push(`${field.label}: ${surplus}.`);
    } else if (notice) notices[notices.length - 1] = `${field.label} ${notice}; it stays ${field.type.toText(next[name]) || "empty"}.`;
  }
  reconcile(next, notices, changes ?? {});
  return { state: next, notices, taken };
}

// What one field asks of another.
function reconcile(state, notices, changes) {
  const given = Object.hasOwn(changes, "activations") ? state.activations.length : 0;
  if (given > state.layers.length) notices.push(`Activations: there are ${state.layers.length} hidden layers, so the others were left out.`);
  const last = state.activations.at(-1) ?? USUAL_ACTIVATION;
  state.activations = state.layers.map((_, k) => state.activations[k] ?? last);
  if (state.learningRate.kind === OFFICIAL.kind && state.steps > OFFICIAL_STEPS) {
    state.learningRate = { ...OFFICIAL, kind: "linear" };
    notices.push(`Learning rate: the official one falls below 0 after ${OFFICIAL_STEPS} steps, so it goes evenly from ${OFFICIAL.start} to ${OFFICIAL.end} here.`);
  }
  const count = exampleCount(state);
  if (state.batchSize !== null && state.batchSize >= count) {
    if (Object.hasOwn(changes, "batchSize") && state.batchSize > count) notices.push(`Batch size: there are ${count} examples, so every step takes all of them.`);
    state.batchSize = null;
  }
  if (Object.hasOwn(changes, "step") && state.step !== null && state.step > state.steps) {
    notices.push(`Step shown: the run has ${state.steps} steps, so ${state.step} became the last one.`);
    state.step = null;
  }
}

export const exampleCount = (state) => (state.dataset === "own" ? state.points.length : state.samples);

// What the address of a page in a frame says on its host's account: host-page.js reads it.
const HOST_WORDS = ["theme", "start", "group", "lang", "auto", "transparent", "ink", "paper"];

/** From a link's fragment to a whole state. Never throws. */
export function readFragment(fragment) {
  const changes = Object.create(null);
  const notices = [];
  for (const [name, text] of new URLSearchParams(fragment.replace(/^#/, ""))) {
    const field = FIELDS.get(name);
    if (field && name in changes) notices.push(`The link gives ${field.label} more than once; the last one counts.`);
    if (field) changes[name] = field.type.fromText(text);
    else if (name && !HOST_WORDS.includes(name)) notices.push(`The link names “${name.slice(0, 40)}”, which this page does not know.`);
  }
  const merged = merge(defaults(), changes, { outside: true });
  return { state: merged.state, notices: [...new Set(notices), ...merged.notices] };
}

/** The shortest fragment that reads back as this state: only what differs from the defaults. */
export function writeFragment(state) {
  const parts = [];
  for (const [name, field] of FIELDS) {
    if (name === "points" && state.dataset !== "own") continue;
    if (name === "activations" && state.activations.every((one) => one === USUAL_ACTIVATION)) continue;
    if (same(state[name], field.usual)) continue;
    const text = encodeURIComponent(field.type.toText(state[name])).replace(/%(2C|3A|3B)/g, decodeURIComponent);
    parts.push(`${name}=${text}`);
  }
  return parts.join("&");
}

/** Weights and biases, layer by layer, in words: "48 + 272 + 17 = 337" for 2 -> 16 -> 16 -> 1. */
export function parameterArithmetic(layers) {
  const sizes = [2, ...layers, 1];
  const parts = sizes.slice(1).map((size, k) => size * (sizes[k] + 1));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.length === 1 ? String(sum) : `${parts.join(" + ")} = ${sum}`;
}
