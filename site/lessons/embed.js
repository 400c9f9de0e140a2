// Elements for other people's pages:
//
//   <script type="module" src=".../embed.js"></script>
//   <micrograd-lesson name="max-margin-loss"></micrograd-lesson>
//   <micrograd-playground state="dataset=spiral" show="boundary,loss"></micrograd-playground>
//   <micrograd-cell>1 + 1</micrograd-cell>
//
// Attributes: theme (light, dark), height (pixels, or auto), hide, start (eager, visible, click), lang,
// transparent. Events: micrograd-ready, micrograd-ran, micrograd-exercise-passed. What is written
// inside an element is what readers see where scripts are off. Each element is a frame; no style
// leaks in or out, nothing takes the focus, and the page's address is left alone.

const ROOT = new URL("./", import.meta.url);
const EVENTS = ["micrograd-ready", "micrograd-ran", "micrograd-exercise-passed"];
const DETAILS = ["lesson", "cell", "exercise"];
const [LOWEST, HIGHEST] = [24, 20_000];
// The frames of this page share one Python under this name.
const GROUP = crypto.getRandomValues(new Uint32Array(2)).join("-");
// A playground's parts by the words that one would use for them.
const PARTS = { boundary: "plane", loss: "curves", controls: "rail" };

const bounded = (value) => (typeof value === "number" && Number.isFinite(value) ? Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(value))) : null);

class Frame extends HTMLElement {
  static observedAttributes = ["name", "state", "show", "hide", "theme", "height", "start", "lang", "transparent"];
  #frame = null;
  #watcher = null;
  #queued = false;

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" });
    addEventListener("message", this);
    this.#place();
  }
  disconnectedCallback() {
    removeEventListener("message", this);
    this.#watcher?.disconnect();
    this.#frame = null;
    this.shadowRoot.replaceChildren();
  }
  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected || this.#queued || !this.shadowRoot) return;
    this.#queued = true; // several attributes at once are one change
    queueMicrotask(() => { this.#queued = false; if (this.isConnected) this.#place(); });
  }

  /** The frame's address; a kind of element each says its own. */
  address() { return ROOT; }
  usualHeight() { return 480; }

  wishes() {
    const wishes = new URLSearchParams({ embed: "1", group: GROUP });
    for (const name of ["theme", "hide", "start", "lang"]) if (this.getAttribute(name)) wishes.set(name, this.getAttribute(name));
    if (this.hasAttribute("transparent")) wishes.set("transparent", "1");
    return wishes;
  }

  #place() {
    this.#watcher?.disconnect();
    const style = document.createElement("style");
    style.textContent = ":host{display:block;margin:16px 0}:host([hidden]){display:none}iframe{display:block;width:100%;border:0;background:none;color-scheme:auto}";
    const frame = document.createElement("iframe");
    frame.title = this.getAttribute("title") || this.label();
    const height = Number(this.getAttribute("height"));
    this.auto = !(height > 0);
    frame.style.height = `${bounded(height > 0 ? height : this.usualHeight())}px`;
    this.#frame = frame;
    this.shadowRoot.replaceChildren(style, frame);
    const load = () => { frame.src = this.address().href; };
    if (this.getAttribute("start") === "eager" || typeof IntersectionObserver === "undefined") return load();
    this.#watcher = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#watcher.disconnect();
      load();
    }, { rootMargin: "400px" });
    this.#watcher.observe(frame);
  }

  handleEvent({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== ROOT.origin) return;
    if (data === null || typeof data !== "object") return;
    if (data.micrograd === "height" && this.auto) {
      const height = bounded(data.height);
      if (height !== null) this.#frame.style.height = `${height}px`;
    }
    if (EVENTS.includes(data.micrograd)) {
      const detail = Object.fromEntries(DETAILS.filter((name) => typeof data[name] === "string").map((name) => [name, data[name].slice(0, 100)]));
      this.dispatchEvent(new CustomEvent(data.micrograd, { detail, bubbles: true, composed: true }));
    }
  }
}

class Lesson extends Frame {
  label() { return `Lesson: ${(this.getAttribute("name") ?? "").replaceAll("-", " ")}`; }
  address() {
    const name = this.getAttribute("name") ?? "";
    const address = new URL(/^[a-z0-9-]{1,80}$/.test(name) ? `lessons/${name}/` : "lessons/", ROOT);
    address.hash = this.wishes();
    return address;
  }
}

class Playground extends Frame {
  label() { return "A neural network’s playground"; }
  usualHeight() { return 640; }
  address() {
    const state = (this.getAttribute("state") ?? "").replace(/^#/, "");
    const more = new URLSearchParams({ embed: "1" });
    for (const name of ["hide", "show"]) {
      const words = (this.getAttribute(name) ?? "").split(",").map((word) => word.trim()).filter(Boolean);
      if (words.length) more.set(name, words.map((word) => PARTS[word] ?? word).join(","));
    }
    const address = new URL("./", ROOT);
    address.hash = [state, more].filter(String).join("&").replaceAll("%2C", ",");
    return address;
  }
}

class Cell extends Frame {
  label() { return "A cell of Python"; }
  usualHeight() { return 160; }
  address() {
    const wishes = this.wishes();
    wishes.set("code", withoutIndent(this.textContent));
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
