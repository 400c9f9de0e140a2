// What the page around an embed looks like: the colour of its text and of the ground behind it, read
// from the computed styles, which hold whatever way the page is themed.

let context = null;

/** [red, green, blue, alpha], each 0..255, of any colour that the browser knows; null otherwise. */
function channels(colour) {
  const found = /^rgba?\(([^)]*)\)$/.exec(colour);
  if (found) {
    const [r, g, b, alpha = "1"] = found[1].split(/[\s,/]+/);
    return [Number(r), Number(g), Number(b), 255 * Number(alpha)];
  }
  if (!CSS.supports("color", colour)) return null;
  context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
}

/** Six hex digits, or an empty text. */
export function hexOf(colour) {
  const found = channels(colour);
  return found ? found.slice(0, 3).map((one) => Math.round(one).toString(16).padStart(2, "0")).join("") : "";
}

export function darkText(colour) {
  const [r, g, b] = channels(colour) ?? [0, 0, 0];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}

/** The ground's colour as six hex digits: that of the nearest element that has one. */
export function paperBehind(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const { backgroundColor } = getComputedStyle(at);
    if ((channels(backgroundColor) ?? [0, 0, 0, 0])[3] > 200) return hexOf(backgroundColor);
  }
  const probe = document.createElement("i"); // nobody has one: what the browser takes, by its theme
  probe.style.backgroundColor = "Canvas";
  element.shadowRoot.append(probe);
  const { backgroundColor } = getComputedStyle(probe);
  probe.remove();
  return hexOf(backgroundColor);
}

const watching = new Set();
const scheme = matchMedia("(prefers-color-scheme: dark)");
let told = 0;

function changed() {
  for (const act of watching) act();
  clearTimeout(told);
  told = setTimeout(() => { for (const act of watching) act(); }, 500); // where the page fades over
}

/** Call `act` when the page may have changed its looks; returns what ends that. */
export function whenLooksChange(act) {
  if (!watching.size) {
    scheme.addEventListener("change", changed);
    observer.observe(document.documentElement, { attributes: true });
    if (document.body) observer.observe(document.body, { attributes: true });
  }
  watching.add(act);
  return () => {
    watching.delete(act);
    if (watching.size) return;
    scheme.removeEventListener("change", changed);
    observer.disconnect();
  };
}
const observer = new MutationObserver(changed);
