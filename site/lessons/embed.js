// Elements for other people's pages:
//
//   <script type="module" src=".../embed.js"></script>
//   <micrograd-lesson name="max-margin-loss"><a href="...">The lesson</a></micrograd-lesson>
//   <micrograd-playground state="dataset=spiral" show="plane,curves"></micrograd-playground>
//   <micrograd-cell><pre>1 + 1</pre></micrograd-cell>
//
// Attributes: theme (light, dark; otherwise as the text around it), height (pixels, or auto), hide,
// show, start (when Python is fetched: eager, visible, click), lang, transparent, color ("inherit",
// or any colour of CSS), title. Events: micrograd-ready, micrograd-ran, micrograd-exercise-passed.
// What is written inside an element is what readers see until the frame is there, and all they see
// where scripts are off. No style leaks in or out, nothing takes the focus, and the page's address
// and history are left alone.

import { darkText, hexOf, paperBehind, whenLooksChange } from "./embed-looks.js";

const ROOT = new URL("./", import.meta.url);
const EVENTS = ["micrograd-ready", "micrograd-ran", "micrograd-exercise-passed"];
const NAMES = ["lesson", "cell", "exercise", "playground", "fingerprint"];
const NUMBERS = ["finalLoss", "finalAccuracy"];
const [LOWEST, HIGHEST] = [24, 20_000];
// The frames of this page share one Python under this name.
const GROUP = crypto.getRandomValues(new Uint32Array(2)).join("-");
// What a playground's parts were called once; there are pages that say so.
const PARTS = { boundary: "plane", loss: "curves", controls: "rail" };
const STYLE = new CSSStyleSheet(); // a <style> would break a strict policy of the host's
STYLE.replaceSync(`
  :host { display: block; position: relative; margin: 16px 0 }
  :host([hidden]) { display: none }
  iframe { display: block; width: 100%; border: 0; background: none }
  .wait { position: absolute; inset: 0; overflow: hidden; box-sizing: border-box; padding: 12px 16px; border: 1px dashed; border-radius: 8px; opacity: .7 }
  .wait::after { content: "…" }`);

const bounded = (value) => (typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(value))) : null);

class Embed extends HTMLElement {
  static observedAttributes = ["name", "state", "show", "hide", "theme", "height", "start", "lang", "transparent", "color", "title"];
  #frame = null;
  #wait = null;
  #watcher = null;
  #queued = false;
  #looks = "";

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [STYLE];
    addEventListener("message", this);
    this.unwatch = whenLooksChange(() => this.#tellLooks());
    this.#place();
  }
  disconnectedCallback() {
    removeEventListener("message", this);
    this.unwatch();
    this.#watcher?.disconnect();
    this.#frame = null;
    this.shadowRoot.replaceChildren();
  }
  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected || this.#queued || !this.shadowRoot) return;
    if (["theme", "color"].includes(name) && this.#frame) return this.#tellLooks();
    this.#queued = true; // several attributes at once are one change
    queueMicrotask(() => { this.#queued = false; if (this.isConnected) this.#place(); });
  }

  /** {theme, ink, paper}: how the frame fits in with what is around it. */
  looks() {
    const { color } = getComputedStyle(this);
    const given = this.getAttribute("theme"), ink = this.getAttribute("color");
    const theme = ["light", "dark"].includes(given) ? given : darkText(color) ? "light" : "dark";
    return {
      theme,
      ...(ink && { ink: hexOf(ink === "inherit" ? color : ink) }),
      ...(this.hasAttribute("transparent") && { paper: paperBehind(this) }),
    };
  }
  #tellLooks() {
    if (!this.#frame) return;
    const looks = this.looks();
    if (JSON.stringify(looks) === this.#looks) return;
    this.#looks = JSON.stringify(looks);
    this.#frame.style.colorScheme = looks.theme; // or the browser lays a ground of its own under it
    this.#frame.contentWindow?.postMessage({ micrograd: "looks", ...looks }, ROOT.origin);
  }

  /** What the frame's address says on this page's account. */
  wishes() {
    const wishes = new URLSearchParams({ embed: "1", group: GROUP });
    for (const [name, value] of Object.entries(this.looks())) if (value) wishes.set(name, value);
    for (const name of ["hide", "start", "lang"]) if (this.getAttribute(name)) wishes.set(name, this.getAttribute(name));
    if (this.auto) wishes.set("auto", "1");
    if (this.hasAttribute("transparent")) wishes.set("transparent", "1");
    return wishes;
  }

  #place() {
    this.#watcher?.disconnect();
    this.#frame = null;
    const height = Number(this.getAttribute("height"));
    this.auto = !(height > 0);
    const usual = document.createElement("div");
    usual.style.height = `${bounded(this.auto ? this.usualHeight() : height)}px`;
    this.#wait = document.createElement("div");
    this.#wait.className = "wait";
    const slot = document.createElement("slot");
    slot.append(this.label());
    this.#wait.append(slot);
    this.shadowRoot.replaceChildren(usual, this.#wait);
    const load = () => this.#load(usual);
    if (this.getAttribute("start") === "eager" || typeof IntersectionObserver === "undefined") return load();
    this.#watcher = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#watcher.disconnect();
      load();
    }, { rootMargin: "400px" });
    this.#watcher.observe(this);
  }

  #load(usual) {
    const frame = this.#frame = document.createElement("iframe");
    const title = this.getAttribute("title");
    Object.assign(frame, { title: title || this.label(), lang: title ? this.lang : "en", referrerPolicy: "no-referrer" });
    const looks = this.looks();
    this.#looks = JSON.stringify(looks);
    frame.style.height = usual.style.height;
    frame.style.colorScheme = looks.theme;
    frame.src = this.address().href;
    frame.addEventListener("load", () => this.#arrived(frame), { once: true });
    usual.replaceWith(frame);
  }

  /** The frame takes the place of what stood for it; a reader whose focus was there goes along. */
  #arrived(frame) {
    if (frame !== this.#frame || !this.#wait) return;
    const within = this.contains(this.getRootNode().activeElement);
    this.#wait.remove();
    this.#wait = null;
    if (within) frame.focus();
  }

  handleEvent({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== ROOT.origin) return;
    if (data === null || typeof data !== "object") return;
    if (data.micrograd === "height" && this.auto) {
      const height = bounded(data.height);
      if (height !== null) this.#frame.style.height = `${height}px`;
    }
    if (EVENTS.includes(data.micrograd)) {
      const names = NAMES.filter((name) => typeof data[name] === "string").map((name) => [name, data[name].slice(0, 100)]);
      const numbers = NUMBERS.filter((name) => Number.isFinite(data[name])).map((name) => [name, data[name]]);
      this.dispatchEvent(new CustomEvent(data.micrograd, { detail: Object.fromEntries([...names, ...numbers]), bubbles: true, composed: true }));
    }
  }
}

class Lesson extends Embed {
  label() { return `Lesson: ${(this.getAttribute("name") ?? "").replaceAll("-", " ")}`; }
  usualHeight() { return 480; }
  address() {
    const name = this.getAttribute("name") ?? "";
    const address = new URL(/^[a-z0-9-]{1,80}$/.test(name) ? `lessons/${name}/` : "lessons/", ROOT);
    address.hash = this.wishes();
    return address;
  }
}

class Playground extends Embed {
  label() { return "A neural network to play with"; }
  usualHeight() { return 640; }
  address() {
    const wishes = this.wishes();
    for (const name of ["hide", "show"]) {
      const words = (this.getAttribute(name) ?? "").split(",").map((word) => word.trim()).filter(Boolean);
      if (words.length) wishes.set(name, words.map((word) => PARTS[word] ?? word).join(","));
    }
    const state = (this.getAttribute("state") ?? "").replace(/^#/, "");
    const address = new URL("./", ROOT);
    address.hash = [state, wishes].filter(String).join("&").replaceAll("%2C", ",");
    return address;
  }
}

class Cell extends Embed {
  label() { return "A cell of Python"; }
  usualHeight() { return 72 + 22 * this.code().split("\n").length; }
  code() { return withoutIndent((this.querySelector("pre") ?? this).textContent); }
  address() {
    const wishes = this.wishes();
    wishes.set("code", this.code());
    const address = new URL("lessons/cell/", ROOT);
    address.hash = wishes;
    return address;
  }
}

/** Code as it stands in a page, without the indentation that all its lines share. */
function withoutIndent(text) {
  const lines = text.replace(/\t/g, "    ").split("\n");
  while (lines.length && !lines[0].trim()) lines.shift();
  while (lines.length && !lines.at(-1).trim()) lines.pop();
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.match(/^ */)[0].length));
  return lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join("\n");
}

for (const [name, Kind] of [["micrograd-lesson", Lesson], ["micrograd-playground", Playground], ["micrograd-cell", Cell]]) {
  if (!customElements.get(name)) customElements.define(name, Kind);
}
