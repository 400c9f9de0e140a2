// Pictures and tables that a cell makes, taken apart and put together again from known elements,
// attributes and styles: code from somewhere else can draw, but not act, load or cover the page.

const TAGS = new Set("svg g path circle ellipse rect line polyline polygon text tspan defs clippath lineargradient stop title desc marker div span p pre code b i em strong table thead tbody tr th td caption ul ol li dl dt dd br hr h3 h4 h5 small sub sup figure figcaption".split(" "));
const ATTRIBUTES = new Set("viewbox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity fill-opacity stroke-opacity text-anchor dominant-baseline font-size font-family font-weight dx dy clip-path offset stop-color role aria-label aria-hidden scope colspan rowspan xmlns preserveaspectratio marker-end refx refy markerwidth markerheight orient tabindex title".split(" "));
const SIDES = ["top", "right", "bottom", "left"];
const STYLES = new Set([
  ..."background-color border-collapse color display fill font-family font-size font-style font-variant-numeric font-weight height line-height max-height max-width min-height min-width opacity overflow-wrap overflow-x overflow-y stroke stroke-width text-align text-decoration-line vertical-align white-space-collapse text-wrap-mode white-space width".split(" "),
  ...SIDES.flatMap((side) => [`margin-${side}`, `padding-${side}`, `border-${side}-width`, `border-${side}-style`, `border-${side}-color`]),
  ...["top-left", "top-right", "bottom-left", "bottom-right"].map((corner) => `border-${corner}-radius`),
]);
const FUNCTIONS = new Set("rgb rgba hsl hsla calc matrix translate translatex translatey rotate scale skewx skewy".split(" "));
const LARGEST = 20_000; // CSS pixels, or whatever a number counts
export const MOST_CHARACTERS = 500_000, MOST_ELEMENTS = 20_000;

// What a policy would report while the text is being read is read under a name that does nothing.
const HELD = "data-held-";
const hold = (text) => text.replace(/([\s"'/])(style|on[a-z]{1,30})(?=\s{0,9}=)/gi, `$1${HELD}$2`).replace(/<(?=(?:style|base|link|meta|script|iframe|object|embed|form)\b)/gi, `<${HELD}`);
const release = (text) => text.replaceAll(HELD, "");

/** A value that calls no function but a known one, escapes nothing, and is of sensible size. */
function harmless(value) {
  if (/[\\@]/.test(value)) return false;
  for (const [, name] of value.matchAll(/([a-z-]{1,40})\s*\(/gi)) if (!FUNCTIONS.has(name.toLowerCase())) return false;
  return true;
}
const sensible = (value) => [...value.matchAll(/-?[\d.]+(?:e[+-]?\d+)?/gi)].every(([number]) => Math.abs(Number(number)) <= LARGEST);
const local = (value) => /^url\(#[\w:.-]{1,80}\)$/.test(value);
const OWN = "of-output-"; // an output's names are its own: they are none of the page's

const probe = document.createElement("i");
/** The allowed ones among a style's properties, as the browser has read them. */
function dress(element, text) {
  probe.style.cssText = text;
  for (const name of probe.style) {
    const value = probe.style.getPropertyValue(name);
    if (!STYLES.has(name) || !harmless(value) || !sensible(value)) continue;
    if (name.startsWith("margin") && value.includes("-")) continue; // it would lie over what is beside it
    element.style.setProperty(name, value);
  }
}

function cleanAttributes(element) {
  for (const { name, value } of [...element.attributes]) {
    const known = name.toLowerCase();
    element.removeAttribute(name);
    const said = release(value);
    if (known === `${HELD}style`) dress(element, said);
    else if (known === "id") element.id = `${OWN}${said}`;
    else if (known === "tabindex") element.setAttribute("tabindex", "0");
    else if (local(said) && ["clip-path", "marker-end", "fill", "stroke"].includes(known)) element.setAttribute(name, said.replace("#", `#${OWN}`));
    else if (["title", "aria-label"].includes(known)) element.setAttribute(name, said);
    else if (ATTRIBUTES.has(known) && harmless(said)) element.setAttribute(name, said);
  }
}

/** The nodes of an HTML text; null if it weighs too much. */
export function cleaned(text) {
  if (text.length > MOST_CHARACTERS) return null;
  // Before it is read: a browser takes long over tags that are never closed.
  if ((text.match(/<[a-z]/gi) ?? []).length > MOST_ELEMENTS) return null;
  const { body } = new DOMParser().parseFromString(hold(text), "text/html");
  for (const element of body.querySelectorAll("*")) {
    if (TAGS.has(element.localName.toLowerCase())) cleanAttributes(element);
    else element.remove();
  }
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (texts.currentNode.data.includes(HELD)) texts.currentNode.data = release(texts.currentNode.data);
  return [...body.childNodes];
}
