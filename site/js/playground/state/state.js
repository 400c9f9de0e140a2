// The state of the playground: one table of typed fields. Reading a link, cleaning what a script
// sets, the controls' bounds and the address bar all follow from this table and from nothing else.
//
// `config` fields make the run and are what the engine gets; `view` fields are how it is looked at.

import { choice, flag, integer, list, names as someOf, number, optional, rows, schedule, seed, text } from "./fields.js";
import { PARTS } from "./page-parts.js";
import { OFFICIAL_STEPS } from "./official-schedule.js";

const OFFICIAL = { kind: "official", start: 1, end: 0.1 };
const SEED = [1337, 1337, 1337];

const entry = (name, part, label, type, usual, more = {}) => [name, { name, part, label, type, usual, ...more }];

export const FIELDS = new Map([
  entry("dataset", "config", "Data set", choice("moons", "spiral", "blobs", "circles", "xor", "own"), "moons"),
  entry("samples", "config", "Samples", integer(2, 500, { why: "what this page can retrain under your finger; Python takes more" }), 100),
  entry("noise", "config", "Noise", number(0, 1), 0.1),
  entry("dataSeed", "config", "Seed of the data", seed, SEED),
  entry("points", "config", "Own points", rows(500, 1000), []),
  entry("layers", "config", "Hidden layers", list(integer(1, 32, { why: "what this page can draw; Python takes more" }), 4, "layers"), [16, 16]),
  entry("activations", "config", "Activations", list(choice("relu", "tanh"), 4, "activations"), ["relu", "relu"]),
  entry("modelSeed", "config", "Seed of the network", seed, SEED),
  entry("steps", "config", "Steps", integer(1, 1000, { why: "this page keeps every step, to go back to; Python takes more" }), 100),
  entry("learningRate", "config", "Learning rate", schedule(["official", "constant", "linear"], number(0, 100, { scale: "log", least: 0.001 }), OFFICIAL), OFFICIAL),
  entry("alpha", "config", "Regularization", number(0, 1, { scale: "log" }), 1e-4),
  entry("batchSize", "config", "Batch size", optional(integer(1, 500), "all"), null),
  entry("seed", "config", "Seed of the batches", seed, SEED),
  entry("loss", "config", "Loss", choice("max_margin", "logistic"), "max_margin"),
  entry("live", "view", "Retrain live", flag, true),
  entry("step", "view", "Step shown", optional(integer(0, 1000), "last"), null),
  entry("pace", "view", "Steps per second", integer(1, 120), 30),
  entry("log", "view", "Logarithmic loss", flag, false),
  entry("embed", "view", "Embedded", flag, false),
  entry("lines", "view", "Lines of the network", choice("weights", "gradients"), "weights"),
  entry("hide", "view", "Hidden parts", someOf(PARTS, "part"), []),
  entry("show", "view", "Shown parts", someOf(PARTS, "part"), []),
  // The lesson that led here, for the way back: "5-max-margin-loss".
  entry("lesson", "view", "Lesson", text(/^\d{1,3}-[a-z0-9-]{1,80}$/, "a lesson’s number and name"), ""),
]);

const names = (part) => [...FIELDS.values()].filter((field) => field.part === part).map((field) => field.name);
export const CONFIG_NAMES = names("config");

export const defaults = () => structuredClone(Object.fromEntries([...FIELDS].map(([name, field]) => [name, field.usual])));

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The part of a state that makes the run. */
export function configOf(state) {
  return structuredClone(Object.fromEntries(CONFIG_NAMES.map((name) => [name, state[name]])));
}

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
  const last = state.activations.at(-1) ?? "relu";
  state.activations = state.layers.map((_, k) => state.activations[k] ?? last);
  if (state.learningRate.kind === "official" && state.steps > OFFICIAL_STEPS) {
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
    if (name === "activations" && state.activations.every((one) => one === "relu")) continue;
    if (same(state[name], field.usual)) continue;
    const text = encodeURIComponent(field.type.toText(state[name])).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%3B/g, ";");
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
