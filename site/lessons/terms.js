// A term says what it means where it stands: under a pointer, with the keyboard's focus, and at a
// finger's first tap, which stays here; the next one follows the link.

import { make } from "../js/shared/dom.js";

const GAP = 6, EDGE = 8;

export function setUpTerms(links) {
  const tip = make("p", { id: "term-says", class: "term-tip", role: "tooltip", hidden: true });
  document.body.append(tip);
  let shown = null;

  function show(link) {
    shown = link;
    tip.textContent = link.dataset.says;
    tip.hidden = false;
    link.setAttribute("aria-describedby", tip.id);
    const at = link.getClientRects()[0]; // a term may run over a line's end
    const below = at.bottom + GAP + tip.offsetHeight <= innerHeight;
    tip.style.left = `${scrollX + Math.max(EDGE, Math.min(at.left, document.documentElement.clientWidth - tip.offsetWidth - EDGE))}px`;
    tip.style.top = `${scrollY + (below ? at.bottom + GAP : at.top - GAP - tip.offsetHeight)}px`;
  }
  function hide() {
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  }
  let finger = false, before = null; // what was shown when the finger came down
  for (const link of links) {
    link.dataset.says = link.title;
    link.removeAttribute("title"); // or there would be two
    link.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType !== "touch") show(link); });
    link.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch" && document.activeElement !== link) hide(); });
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hide);
    link.addEventListener("pointerdown", ({ pointerType }) => { [finger, before] = [pointerType === "touch", shown]; });
    link.addEventListener("click", (event) => {
      if (!finger || before === link) return;
      event.preventDefault();
      show(link);
    });
  }
  addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  addEventListener("pointerdown", ({ target }) => { if (shown && !shown.contains(target)) hide(); });
}
