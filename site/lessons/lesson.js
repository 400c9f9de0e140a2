// A lesson's page: cells, exercises and figures come alive, progress is kept, and a host page is
// told. With scripts off the page is whole; nothing here is needed to read it.

import { UNABLE, canCompute } from "../js/shared/browser-support.js";
import { alive } from "../js/shared/reload.js";
import { make } from "../js/shared/dom.js";
import { keepForOffline } from "../js/shared/offline.js";
import { setUpTheme } from "../js/shared/theme.js";
import { createCells, createExercise, createWaits } from "./cells.js";
import { enliven } from "./figures.js";
import { embedded, setUpFrame, tell, whenStarting, wishes } from "./frame.js";
import { createPython, root } from "./runtime.js";
import { tellLost } from "./lost.js";
import { openShare } from "./share.js";
import { keepPassed, keepText, read, whenChanged } from "./store.js";
import { setUpTerms } from "./terms.js";

const { lesson: slug } = document.body.dataset;
const all = (selector) => [...document.querySelectorAll(selector)];
const waits = createWaits();
const python = createPython(embedded ? wishes.group : "", waits.tell);

const followers = new Map();
const context = {
  python, waits,
  session: `${slug}-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
  generation: null,
  kept: read(slug),
  keep(name, text, original) { if (!keepText(slug, name, text, original)) tellLost(); },
  /** `act` gets the text of this name, or undefined for the original, when another tab has changed it. */
  follow(name, act) { followers.set(name, act); },
  passed(name) {
    if (!keepPassed(slug, name)) tellLost();
    showProgress();
  },
  tell: (type, detail) => tell(type, { lesson: slug, ...detail }),
};

function showProgress() {
  const passed = new Set(read(slug).passed);
  const exercises = all("[data-exercise]");
  const done = exercises.filter((one) => passed.has(one.dataset.exercise));
  for (const one of exercises) one.classList.toggle("passed", passed.has(one.dataset.exercise));
  const bar = document.querySelector(".progress");
  bar.hidden = false;
  bar.setAttribute("aria-valuenow", done.length);
  bar.firstElementChild.style.width = `${(100 * done.length) / Math.max(1, exercises.length)}%`;
}

/** What was written for parts that have another name by now, or are gone, stays its writer's. */
function showOthers() {
  const own = new Set(all("[data-cell], [data-exercise]").map(({ dataset: { cell, exercise } }) => cell ?? exercise));
  const others = Object.entries(context.kept.texts).filter(([name]) => !own.has(name.replace(/^\w+:/, "")));
  const texts = new Set(others.map(([, text]) => text)); // what was written, and what passed, may be one
  if (!texts.size) return;
  document.querySelector("article").append(make("details", { class: "others" },
    make("summary", {}, "What you wrote for parts that this lesson no longer has"),
    ...Array.from(texts, (text) => make("pre", { class: "source", tabindex: "0", role: "group", "aria-label": "Code of yours" }, text))));
}

document.documentElement.classList.add("alive");
alive();
if (!wishes.theme) setUpTheme(document.getElementById("theme"));
document.querySelector(".buttons").hidden = false;
document.getElementById("share").addEventListener("click", () => openShare(slug, document.querySelector("h1").textContent));
all("figure.live").forEach(enliven);
setUpTerms(all("a.term"));
// A frame stays the lesson that its page wanted: what it points at opens beside it.
if (embedded) for (const link of all("article a[href]")) Object.assign(link, { target: "_blank", rel: "noopener" });
createCells(context, all("[data-cell]"));
all("[data-exercise]").forEach((one) => createExercise(context, one));
if (!canCompute()) document.querySelector(".idea").after(make("p", { class: "quiet", role: "status" }, `${UNABLE} The text, the code with its outputs, the pictures and the solutions are all here.`));
if (!embedded) showOthers();
showProgress();
whenChanged(() => {
  const { texts } = read(slug);
  for (const [name, act] of followers) act(texts[name]);
  showProgress();
});
setUpFrame();
whenStarting(() => python.warm().catch(() => null));
tell("micrograd-ready", { lesson: slug });
addEventListener("load", () => keepForOffline(root));
