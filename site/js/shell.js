// The page around the run: theme, share and save buttons, the bottom sheet of narrow screens, and
// the parts that an embedding page asked to hide.

import { $ } from "./dom.js";

const KEY = "micrograd-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function stored() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

export function setUpShell({ onTheme, onShare, onSave }) {
  const theme = $("theme");
  const apply = () => {
    const wanted = stored() ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = wanted === "dark" ? "dark" : "light";
    theme.setAttribute("aria-pressed", String(wanted === "dark"));
  };
  theme.addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, next); } catch { /* private windows forget */ }
    document.documentElement.dataset.theme = next;
    theme.setAttribute("aria-pressed", String(next === "dark"));
    onTheme();
  });
  system.addEventListener("change", () => { apply(); onTheme(); });
  apply();
  $("share").addEventListener("click", onShare);
  $("save").addEventListener("click", onSave);

  const sheet = $("sheet-toggle"), rail = $("rail");
  const open = (on) => {
    rail.classList.toggle("open", on);
    sheet.setAttribute("aria-expanded", String(on));
    if (on) scrollTo({ top: 0 });
  };
  sheet.addEventListener("click", () => open(!rail.classList.contains("open")));
  rail.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && rail.classList.contains("open")) { open(false); sheet.focus(); }
  });
}

/** Leave out what the link says; an emptied column gives its room to the others. */
export function showHidden({ hide, embed }, link) {
  const hidden = new Set(hide);
  for (const name of ["bar", "rail", "presets", "data", "network-controls", "training", "plane", "curves", "timeline", "facts", "network", "drawer"]) {
    const part = $(name);
    if (part) part.classList.toggle("left-out", hidden.has(name));
  }
  document.body.classList.toggle("embed", embed);
  document.body.classList.toggle("no-rail", hidden.has("rail"));
  document.body.classList.toggle("no-side", hidden.has("network") && hidden.has("drawer"));
  document.querySelector(".side").classList.toggle("left-out", hidden.has("network") && hidden.has("drawer"));
  $("embed-link").hidden = !embed;
}
