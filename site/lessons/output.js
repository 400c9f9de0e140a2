// What a cell gave, in the page. Pictures and tables that a cell makes are taken apart and put
// together again from known elements, so that code from somewhere else can draw but not act.

import { make } from "../js/dom.js";

const TAGS = new Set("svg g path circle ellipse rect line polyline polygon text tspan defs clippath lineargradient stop title desc marker div span p pre code b i em strong table thead tbody tr th td caption ul ol li dl dt dd br hr h3 h4 h5 small sub sup figure figcaption".split(" "));
const ATTRIBUTES = new Set("viewbox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity fill-opacity stroke-opacity text-anchor dominant-baseline font-size font-family font-weight dx dy class id clip-path offset stop-color role aria-label aria-labelledby aria-hidden scope colspan rowspan xmlns preserveaspectratio marker-end refx refy markerwidth markerheight orient style title".split(" "));

function cleaned(element) {
  for (const child of [...element.children]) {
    if (!TAGS.has(child.localName.toLowerCase())) { child.remove(); continue; }
    for (const { name, value } of [...child.attributes]) {
      if (!ATTRIBUTES.has(name.toLowerCase()) || /url\(\s*["']?(?!#)|expression|@import|position\s*:/i.test(value)) child.removeAttribute(name);
    }
    cleaned(child);
  }
  return element;
}

export function rich(text) {
  const { body } = new DOMParser().parseFromString(text, "text/html");
  // It scrolls sideways where it is wide, also with keys.
  return make("div", { class: "rich", tabindex: "0", role: "group", "aria-label": "Output" }, ...cleaned(body).childNodes);
}

/** An outcome of micrograd_wasm.cells as elements. */
export function outcomeElements({ stdout, result, problem }) {
  const found = [];
  if (stdout) found.push(make("pre", { class: "stdout" }, stdout.trimEnd()));
  if (problem) found.push(errorElement(problem));
  else if (result?.["image/svg+xml"] ?? result?.["text/html"]) found.push(rich(result["image/svg+xml"] ?? result["text/html"]));
  else if (result) found.push(make("pre", { class: "value" }, result["text/plain"]));
  return found;
}

export function errorElement({ type, message, line, hint }) {
  return make("div", { class: "error" },
    make("p", {}, make("b", {}, line ? `Line ${line}: ` : ""), message ? `${type}: ${message}` : type),
    ...(hint ? [make("p", {}, hint)] : []));
}
