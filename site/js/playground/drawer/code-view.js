// Code in a <pre>, in colours.

import { make } from "../../shared/dom.js";
import { tokens } from "../../shared/tokens.js";

/** Write only what changed: who marks or scrolls in it is left in peace. */
export function setCode(pre, source, language) {
  if (pre.textContent === source) return;
  pre.replaceChildren(...tokens(source, language).map(([kind, text]) => (kind ? make("span", { class: kind }, text) : text)));
}
