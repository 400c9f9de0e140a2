// What JupyterLite's own pages load before they start, so that a learner meets no trap of theirs:
//
// - A copy in which nothing was edited makes room for the site's newer version; beside one that was
//   edited stands a notice (copies.js).
// - Files have the date at which the site was published, where the build writes a fixed one.
// - A cell that is run before Python is there waits for it, instead of a question for a kernel.
// - The logo leads back to the list of notebooks, and so does the address without a notebook.
// - Charts follow a dark theme, at once and without being drawn anew.
// - A browser that keeps nothing for the site, or runs no Python, is told so.
// - An app that does not come says so, and can be asked for anew; a notebook that is nowhere leads to
//   those that are.
// - What is stored is never trusted: an output that a file brought along runs no script.
// - What was opened once opens without a network, too.

import { UNABLE, canRunPython } from "../js/shared/browser-support.js";
import { keepForOffline } from "../js/shared/offline.js";
import { Copies, channel, judge, storeUntrusted } from "./copies.js";
import { notice } from "./notice.js";

const LIST = new URL("./", import.meta.url);
const ROOT = new URL("..", LIST);
const APP = location.pathname.slice(ROOT.pathname.length).split("/")[0];
const PATH = (new URLSearchParams(location.search).get("path") ?? "").replace(/^\/+/, "");
const RUNS = /^(notebook:(run|restart-(and-)?run)|runmenu:(run|restart))/;
const NOTHING_KEPT = "This browser refuses to keep anything for this site: cookies may be blocked. Notebooks cannot be opened without. The lessons and the playground work all the same.";
const LATE = "This is not here yet: the network is slow, or a part of it did not come.";
const LATE_MS = 12_000;
const copies = new Copies(ROOT.href);
let isNowhere = false;
// A chart is a white card with named colours (micrograd_wasm/views/charts/chart.py), and Vega reads the theme only
// when it draws. Turned over and its hues turned back, dark is light, and orange stays orange.
const DARK_CHARTS = `[data-jp-theme-light="false"] .jp-RenderedVegaCommon5 .vega-embed :is(canvas, svg.marks) { filter: invert(0.93) hue-rotate(180deg); }`;

/** Settles when the app may read its files, and in any case before a reader has waited for long. */
export const ready = Promise.race([prepare(), new Promise((resolve) => { setTimeout(resolve, 5000); })]);

async function prepare() {
  if (APP === "notebooks" && !PATH) {
    location.replace(LIST);
    return new Promise(() => {}); // the app that is about to be left need not start
  }
  if (!canRunPython()) notice(UNABLE);
  if (refusesToKeep()) notice(NOTHING_KEPT, { text: "Go to the lessons", href: new URL("lessons/", ROOT).href });
  datesOfTheSite();
  storeUntrusted();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(DARK_CHARTS);
  document.adoptedStyleSheets.push(sheet);
  watchApp();
  tellIfLate();
  keepForOffline(ROOT);
  const [facts] = await Promise.all([factsOfTheSite(), copies.untrust()]);
  if (!facts) return undefined;
  const versions = Object.fromEntries(Object.entries(facts.notebooks).map(([path, { version }]) => [path, version]));
  await copies.tidy(versions);
  if (PATH in versions) await tellOfNewer(PATH, facts.notebooks[PATH]);
  return undefined;
}

/** Neither files nor settings can be kept, without which no app of JupyterLite's starts. */
function refusesToKeep() {
  try {
    return !globalThis.localStorage || !globalThis.indexedDB;
  } catch { // "The operation is insecure"
    return true;
  }
}

/** The site's notebooks and their versions; nothing when there is no connection to ask. */
async function factsOfTheSite() {
  try {
    const answer = await fetch(new URL("notebooks.json", LIST), { cache: "no-cache", signal: AbortSignal.timeout(3000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function tellOfNewer(path, { version }) {
  const entry = (await copies.all()).get(path);
  const { edited, newer } = entry ? judge(entry, version) : {};
  if (!(edited && newer)) return;
  const here = new URL(LIST);
  here.hash = path.split("/").pop().replace(/\.ipynb$/, "");
  notice("This is your edited copy. The site has a newer version of this notebook.", { text: "See what you can do", href: here.href });
}

/** An old link, or one to what is kept in another browser: JupyterLab says "File Load Error", and no more. */
async function tellIfNowhere({ serviceManager: { contents } }) {
  isNowhere = await contents.get(PATH, { content: false }).then(() => false, () => true);
  if (isNowhere) notice(`There is no notebook ${PATH} here. It may have another name now, or be kept in another browser.`, { text: "All notebooks", href: LIST.href });
}

/** JupyterLite's listings of files, with the date that the server gives them. */
function datesOfTheSite() {
  const plain = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (input, init) => {
    const answer = await plain(input, init);
    const { pathname } = new URL(input?.url ?? input, location.href);
    const date = new Date(answer.headers.get("last-modified") ?? NaN);
    if (!/\/api\/contents\/(.*\/)?all\.json$/.test(pathname) || !answer.ok || Number.isNaN(+date)) return answer;
    const text = (await answer.text()).replace(/("(?:created|last_modified)": ")[^"]*"/g, `$1${date.toISOString()}"`);
    return new Response(text, { headers: { "content-type": "application/json" } });
  };
}

/** JupyterLab's application object, once it has one. */
async function application() {
  while (!globalThis.jupyterapp?.shell) await new Promise((resolve) => { setTimeout(resolve, 50); });
  return globalThis.jupyterapp;
}

/** JupyterLite shows an empty page for as long as it waits for a part of itself. */
async function tellIfLate() {
  let shown = null;
  const late = setTimeout(() => { if (!isNowhere) shown = notice(LATE, { text: "Try again", href: location.href }); }, LATE_MS);
  const app = await application();
  await app.restored;
  while (APP === "notebooks" && !app.shell.currentWidget) await new Promise((resolve) => { setTimeout(resolve, 50); });
  clearTimeout(late);
  shown?.remove();
}

async function watchApp() {
  const app = await application();
  if (APP === "notebooks") tellIfNowhere(app);
  waitForPython(app);
  followResets(app);
  await app.restored;
  const logo = document.querySelector("#jp-NotebookLogo");
  if (logo) Object.assign(logo, { href: LIST.href, target: "", title: "All notebooks" });
}

/** Without a session JupyterLab would ask which kernel to take; there is one, and it is on its way. */
function waitForPython({ commands, shell }) {
  const execute = commands.execute.bind(commands);
  commands.execute = (id, given) => {
    const session = RUNS.test(id) ? shell.currentWidget?.sessionContext : null;
    if (!session || session.isReady || session.isDisposed) return execute(id, given);
    if (!canRunPython()) return notice(UNABLE);
    const shown = notice("Python is starting. What you run waits for it.");
    return session.ready.then(() => {
      shown.remove();
      return execute(id, given);
    });
  };
}

/** A copy that was let go on the list is let go here, where it is open, too. */
function followResets({ shell }) {
  channel().addEventListener("message", ({ data }) => {
    if (data?.root !== ROOT.href) return;
    for (const { context } of shell.widgets("main")) if (context?.path === data.path) context.revert();
  });
}
