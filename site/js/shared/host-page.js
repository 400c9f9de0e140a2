// A page inside another one: what its address asks for on the host's account, how high it is, and
// what it tells its host. The host is any page at all, so it is told nothing but names and numbers
// that it could see itself, and what it says is taken only as one of a few words.

import { askedTheme, theme } from "./theme.js";

const asked = new URLSearchParams(location.hash.slice(1));
const HIGHEST = 20_000; // of a frame, in pixels: as in embed.js
const STARTS = ["eager", "visible", "click"];
const colour = (text) => (/^[0-9a-f]{6}$/.test(text ?? "") ? text : null);

export const framed = window.parent !== window;
export const embedded = framed || asked.has("embed");
export const wishes = {
  theme: askedTheme,
  start: STARTS.includes(asked.get("start")) ? asked.get("start") : "click",
  group: /^[\w-]{1,60}$/.test(asked.get("group") ?? "") ? asked.get("group") : "",
  lang: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(asked.get("lang") ?? "") ? asked.get("lang") : null,
  auto: asked.has("auto"),
  transparent: asked.has("transparent"),
  ink: colour(asked.get("ink")),
  paper: colour(asked.get("paper")),
  code: asked.get("code"),
};

/** Words with commas between, those of them that are known. */
export const some = (name, known) => (asked.get(name) ?? "").split(",").map((one) => one.trim()).filter((one) => known.includes(one));

export function tell(type, detail = {}) {
  if (framed) window.parent.postMessage({ micrograd: type, ...detail }, "*");
}

function dress({ theme, ink, paper }) {
  const { dataset, style } = document.documentElement;
  if (theme) dataset.theme = theme;
  for (const [name, value] of [["--ink", ink], ["--paper", paper]]) {
    if (value) style.setProperty(name, `#${value}`);
    else style.removeProperty(name);
  }
}

/** Look as the host asks, now and when it changes its own looks; `onLooks` after each change. */
export function takeLooks(onLooks = () => {}) {
  const { classList } = document.body;
  classList.toggle("framed", framed);
  classList.toggle("auto", wishes.auto);
  classList.toggle("transparent", wishes.transparent);
  classList.toggle("inked", wishes.ink !== null);
  dress(wishes);
  addEventListener("message", ({ source, data }) => {
    if (!framed || source !== window.parent || data?.micrograd !== "looks") return;
    dress({ theme: theme(data.theme), ink: colour(data.ink), paper: colour(data.paper) });
    onLooks();
  });
}

/** Tell the host how high the page is, now and whenever that changes: the document's own element,
 * for a margin at its end collapses out of the body. A frame of that height needs no scrollbar. */
export function tellHeight() {
  if (!framed) return;
  const root = document.documentElement;
  let told = 0;
  const measure = () => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    // A bar would narrow the text, which makes it higher, and so would stay. Only the highest frame needs one.
    root.classList.toggle("fitted", wishes.auto && height <= HIGHEST);
    if (height !== told) tell("height", { height: told = height });
  };
  new ResizeObserver(measure).observe(root);
  measure();
}

/** Links lead out of the frame: into a tab of their own, not over the host's page. */
export function leadOut(links = document.querySelectorAll("a[href]")) {
  for (const one of links) if (!one.getAttribute("href").startsWith("#")) Object.assign(one, { target: "_blank", rel: "noopener" });
}

/** Call `act` when the page's wish for Python comes true; at the first need otherwise. */
export function whenStarting(act) {
  if (wishes.start === "eager") act();
  if (wishes.start === "visible") {
    new IntersectionObserver((entries, watcher) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) { watcher.disconnect(); act(); }
    }).observe(document.body);
  }
}
