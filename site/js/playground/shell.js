// The page around the run: theme, share and save buttons, the bottom sheet of narrow screens, and
// the parts that an embedding page asked to hide.

import { $, button, make } from "../shared/dom.js";
import { embedded, leadOut, takeLooks } from "../shared/host-page.js";
import { showParts } from "./state/page-parts.js";
import { setUpTextSize } from "./text-size.js";
import { setUpTheme } from "../shared/theme.js";

let showAll = null;

export function setUpShell({ onTheme, onShare, onSave, onSheet, onShowAll }) {
  showAll = onShowAll;
  setUpTheme($("theme"), onTheme);
  setUpTextSize($("text-size"), onTheme);
  if (embedded) takeLooks(onTheme);
  $("share").addEventListener("click", onShare);
  $("save").addEventListener("click", onSave);

  const sheet = $("sheet-toggle"), rail = $("rail");
  const open = (on) => {
    rail.classList.toggle("open", on);
    sheet.setAttribute("aria-expanded", String(on));
    if (!on) return;
    scrollTo({ top: 0 });
    onSheet();
  };
  sheet.addEventListener("click", () => open(!rail.classList.contains("open")));
  rail.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && rail.classList.contains("open")) { open(false); sheet.focus(); }
  });
}

let asked = "", gone = new Set();

/** Leave out what the link says; an emptied column gives its room to the others. The parts gone. */
export function showHidden(state, link) {
  const now = JSON.stringify([state.hide, state.show, state.embed, state.lesson, $("rail").childElementCount]); // they may come later
  if (now !== asked) {
    asked = now;
    gone = showParts(state);
    arrange(state);
    showWay(state);
  }
  if (state.embed) $("embed-link").lastElementChild.href = link({ ...state, embed: false, hide: [], show: [] });
  return gone;
}

/** Whom a lesson led here, or a link that shows some parts alone, is told the way back and on. */
function showWay({ hide, show, lesson }) {
  const [, number, name] = /^(\d+)-(.+)$/.exec(lesson) ?? [];
  const back = number && make("a", { href: `lessons/${name}/` }, `← Back to lesson ${number}`);
  const all = (hide.length || show.length) && button("Show everything", showAll);
  const ways = embedded ? [] : [back, all].filter(Boolean);
  $("way").replaceChildren(...ways);
  $("way").hidden = !ways.length;
}

function arrange({ embed }) {
  const side = gone.has("network") && gone.has("drawer");
  const { classList } = document.body;
  classList.toggle("embed", embed);
  // Without a bar, what the page is waiting for is told on the plane.
  if (gone.has("bar")) $("plane").append($("stage"));
  else document.querySelector(".transport").after($("stage"));
  if (embed) leadOut(); // a lesson opens beside the host's page, not in the frame
  classList.toggle("no-rail", gone.has("rail"));
  classList.toggle("no-side", side);
  classList.toggle("no-timeline", gone.has("timeline"));
  classList.toggle("no-transport", gone.has("bar") || ["run", "step", "reset", "pace"].every((name) => gone.has(name)));
  document.querySelector(".side").classList.toggle("left-out", side);
  $("embed-link").hidden = !embed;
}
