// A lesson or a cell inside another page: which of its parts are shown there, and with which looks.

import { embedded, leadOut, some, takeLooks, tellHeight, wishes } from "../js/shared/host-page.js";

export { embedded, tell, whenStarting, wishes } from "../js/shared/host-page.js";

const HIDEABLE = ["figures", "cells", "exercises", "prose", "title", "idea", "try", "link"];

export function setUpFrame() {
  takeLooks();
  if (!embedded) return;
  const { classList } = document.body;
  const hide = some("hide", HIDEABLE);
  classList.add("embed");
  for (const part of hide) classList.add(`no-${part}`);
  const link = document.querySelector(".embed-link");
  if (link && !hide.includes("link")) {
    link.hidden = false;
    link.firstElementChild.href = location.href.split("#")[0];
  }
  // The host's language is that of its code; this page's own words are in English.
  if (wishes.lang) for (const own of document.querySelectorAll("[data-cell=own] :is(textarea, .output)")) own.lang = wishes.lang;
  leadOut();
  tellHeight();
}
