// Small words for making and finding elements. Text always goes in as text, never as markup.

export const $ = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") element.style.cssText = value; // an attribute would break a strict policy
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") element.style.cssText = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const button = (text, onclick, more = {}) => make("button", { type: "button", onclick, ...more }, text);

/** The room that the page gives an element, in CSS pixels; never none. */
export const sizeOf = ({ clientWidth, clientHeight }) => [Math.max(1, clientWidth), Math.max(1, clientHeight)];

/** Write only what changed: screen readers and layout are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A text box whose text can be shown anew, but never over what is being typed and not yet entered. */
export function textBox(attributes) {
  const box = make("input", { type: "text", ...attributes });
  let typing = false;
  box.addEventListener("input", () => { typing = true; });
  for (const end of ["change", "blur"]) box.addEventListener(end, () => { typing = false; });
  box.showText = (text) => { if (!typing && box.value !== text) box.value = text; };
  return box;
}

/** A number for people; a missing one is a dash, never 0 or NaN. */
export function shown(value, digits = 4) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -digits || size >= 1e6)) return value.toExponential(2).replace("e+", "e");
  return value.toFixed(size >= 1000 ? 1 : digits);
}

export const percent = (value) => (Number.isFinite(value) ? `${+(value * 100).toFixed(1)} %` : "–");

export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function rgb(name) {
  const hex = color(name).slice(1);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** A size of type, in pixels, as the reader wants it (theme.js). */
export const textSize = (px) => Math.round((px * Number(document.documentElement.dataset.text ?? 100)) / 100);

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { style: "position:fixed;opacity:0" });
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area); // all else is inert then
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export function download(name, content, type = "text/plain") {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** At most one call a frame, with the newest arguments. */
export function perFrame(act) {
  let newest;
  return (...args) => {
    if (!newest) requestAnimationFrame(() => {
      const last = newest;
      newest = undefined;
      act(...last);
    });
    newest = args;
  };
}

/** Run `act` now or, while one is under way, once more after it with the newest arguments. */
export function latest(act) {
  let busy = false, waiting = null;
  return async function call(...args) {
    if (busy) { waiting = args; return; }
    busy = true;
    try {
      await act(...args);
    } finally {
      busy = false;
      if (waiting) { const next = waiting; waiting = null; call(...next); }
    }
  };
}
