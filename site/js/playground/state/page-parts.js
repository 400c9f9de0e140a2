// The parts of the page that a link can leave out (hide=...) or keep alone (show=...), by name. An
// element says in data-part which part it is; what lies in what is the page's own nesting.

/** Names, as README.md explains them. A control has the name of what it sets. */
export const PARTS = [
  "bar", "run", "step", "reset", "pace", "share", "save", "learn", "notebooks", "theme",
  "rail", "presets", "data", "dataset", "samples", "noise", "dataSeed", "points",
  "network-controls", "layers", "modelSeed",
  "training", "steps", "learningRate", "alpha", "batchSize", "seed", "loss", "live",
  "plane", "legend", "curves", "log", "timeline",
  "facts", "shown-step", "losses", "accuracy", "parameters", "time", "fingerprint",
  "network", "lines", "network-readout",
  "drawer", "graph", "code", "kernel", "compare",
  "footer",
];

// What has no content of its own, and goes when all of its parts are gone.
const GROUPS = new Set(["bar", "rail", "data", "network-controls", "training", "facts", "drawer"]);
// What an embedded page leaves out unless it is asked for.
const NOT_EMBEDDED = ["bar", "footer"];

const nameOf = (element) => element.dataset.part;
const around = (element) => element.parentElement.closest("[data-part]");
const within = (element) => [...element.querySelectorAll("[data-part]")];

/** Is a part to be left out, by what the state says of it, what is around it and what is in it? */
function leftOut(element, hide, show) {
  const name = nameOf(element);
  if (hide.has(name)) return true;
  const asked = (one) => one !== null && (show.has(nameOf(one)) || asked(around(one)));
  return show.size > 0 && !asked(element) && !within(element).some((one) => show.has(nameOf(one)));
}

/** Leave out what the state says; the names of all that is gone. */
export function showParts({ hide, show, embed }) {
  const hidden = new Set(hide), shown = new Set(show);
  const all = [...document.querySelectorAll("[data-part]")];
  if (!embed && !hidden.size && !shown.size) { // as most pages are: nothing to look into
    for (const element of all) element.classList.remove("left-out");
    return new Set();
  }
  const gone = new Set(all.filter((element) => leftOut(element, hidden, shown)));
  if (embed) {
    for (const element of all) {
      if (NOT_EMBEDDED.includes(nameOf(element)) && ![element, ...within(element)].some((one) => shown.has(nameOf(one)))) gone.add(element);
    }
  }
  // From the inside out: a group goes with the last of its parts.
  for (const element of all.reverse()) {
    const isGone = (one) => one !== element && (gone.has(one) || isGone(around(one)));
    const parts = within(element);
    if (GROUPS.has(nameOf(element)) && parts.length && parts.every(isGone)) gone.add(element);
    element.classList.toggle("left-out", gone.has(element));
  }
  return new Set([...gone].map(nameOf));
}
