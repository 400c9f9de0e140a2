// The list of notebooks comes alive: what this reader's browser has of each of them, and the way
// back to the site's version.

import { alive, reloadFresh, within } from "../js/shared/reload.js";
import { $, button, make, setText } from "../js/shared/dom.js";
import { keepForOffline } from "../js/shared/offline.js";
import { setUpTheme } from "../js/shared/theme.js";
import { prefetch } from "./prefetch.js";
import { Copies, channel, isNotebook, judge, textOf } from "./copies.js";

const ROOT = new URL("..", document.baseURI).href;
const copies = new Copies(ROOT);
const others = channel();
let site = {}; // the site's notebooks, by path: {title, version}

const rows = () => [...document.querySelectorAll("li[data-path]")];
const opens = (path) => `../notebooks/index.html?path=${encodeURIComponent(path)}`;
const says = (text) => setText($("says"), text);
function when(entry) {
  const date = new Date(entry.last_modified);
  return Number.isNaN(+date) ? "at an unknown time" : date.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
}

function save(entry) {
  const address = URL.createObjectURL(new Blob([textOf(entry)], { type: "application/x-ipynb+json" }));
  make("a", { href: address, download: entry.path.split("/").pop() }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function showCopy(row, entry) {
  const { path, title } = row.dataset;
  const line = row.querySelector(".copy"), reset = row.querySelector("[data-reset]");
  row.querySelector("[data-own]")?.remove();
  reset.hidden = false;
  line.hidden = true;
  row.dataset.state = "site";
  if (!entry) return;
  const { edited, newer } = judge(entry, site[path].version);
  row.dataset.state = edited ? (newer ? "newer" : "edited") : "opened";
  line.classList.toggle("newer", edited && newer);
  if (!edited) return;
  line.hidden = false;
  setText(line, !isNotebook(entry)
    ? "Your copy is broken: it is no notebook. Download what there is of it; Reset gives you the site’s version."
    : newer
    ? `You have edited this (saved ${when(entry)}). The site has a newer version.`
    : `You have edited this (saved ${when(entry)}).`);
  reset.before(button("Download my copy", () => save(entry), { "data-own": true, "aria-label": `Download my copy of ${title}` }));
}

function showYours(entries) {
  const own = [...entries.values()].filter(({ path }) => !(path in site)).sort((a, b) => (a.path < b.path ? -1 : 1));
  $("yours").hidden = own.length === 0;
  $("yours-list").replaceChildren(...own.map((entry) => make("li", {},
    make("h3", {}, make("a", { href: opens(entry.path) }, entry.path)),
    make("p", { class: "facts" }, make("span", {}, isNotebook(entry) ? `saved ${when(entry)}` : "broken: this is no notebook; download what there is of it")),
    make("div", { class: "row" },
      ...(isNotebook(entry) ? [make("a", { class: "button primary", href: opens(entry.path), "aria-label": `Open ${entry.path}` }, "Open")] : []),
      button("Download", () => save(entry), { "aria-label": `Download ${entry.path}` })))));
}

async function show() {
  const entries = await copies.all();
  for (const row of rows()) showCopy(row, entries.get(row.dataset.path));
  showYours(entries);
  document.body.dataset.shown = "";
  return entries;
}

/** Ask what is to become of an edited copy: "keep", "drop" or "". */
function ask(title, entry, newer) {
  const dialog = $("reset-dialog");
  setText($("reset-title"), `Reset “${title}”?`);
  setText($("reset-text"), `You have edited it, last on ${when(entry)}. ${newer ? "The site’s newer version" : "The site’s version"} takes its place.`);
  return new Promise((resolve) => {
    const answer = (value) => () => dialog.close(value);
    $("reset-keep").onclick = answer("keep");
    $("reset-drop").onclick = answer("drop");
    $("reset-cancel").onclick = answer("");
    $("reset-download").onclick = () => save(entry);
    dialog.onclose = () => resolve(dialog.returnValue);
    dialog.returnValue = "";
    dialog.showModal();
  });
}

async function reset(row) {
  const { path, title } = row.dataset;
  const entry = (await copies.all()).get(path);
  const { edited, newer } = entry ? judge(entry, site[path].version) : {};
  const wanted = edited ? await ask(title, entry, newer) : "drop";
  if (!wanted) return undefined;
  if (!entry) return says(`“${title}” is the site’s version already.`);
  const own = wanted === "keep" ? await copies.setAside(path, Object.keys(site)) : await copies.drop(path);
  others.postMessage({ root: ROOT, path });
  await show();
  says(`“${title}” is the site’s version again.${own ? ` Your copy is now ${own}, under Yours.` : ""}`);
  return row.querySelector("a.button[data-open]").focus();
}

async function run() {
  setUpTheme($("theme"));
  alive();
  let facts;
  try {
    facts = await within(fetch(new URL("notebooks.json", document.baseURI), { cache: "no-cache" }).then((answer) => answer.json()));
  } catch (error) {
    says(`What you have changed in these notebooks cannot be told now: notebooks.json did not load (${error.message}). They open all the same.`);
    return $("says").append(" ", button("Retry", reloadFresh));
  }
  site = facts.notebooks;
  prefetch(document.querySelectorAll("[data-open]"), facts.ahead.map((path) => new URL(path, ROOT).href));
  for (const row of rows()) row.querySelector("[data-reset]").addEventListener("click", () => reset(row));
  try {
    await copies.tidy(Object.fromEntries(Object.entries(site).map(([path, { version }]) => [path, version])));
    await show();
  } catch (error) {
    says(`Your own copies could not be read: ${error?.message ?? error}. The notebooks open all the same.`);
  }
  // Back from a notebook, in this tab or another one: what was saved there shows here.
  addEventListener("pageshow", (event) => { if (event.persisted) show(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) show(); });
}
run();
addEventListener("load", () => keepForOffline(ROOT));
