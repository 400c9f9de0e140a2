// Light or dark: what an embedding page's address asks for, else what the reader chose on any page of
// the site, else what the system has.

import { keyOf } from "./site-root.js";

const KEY = keyOf("theme");
const BEFORE = "micrograd-theme"; // as the first versions had it, without the site's path
const system = matchMedia("(prefers-color-scheme: dark)");
const { dataset } = document.documentElement;

/** One of the two, or null. */
export const theme = (text) => (["light", "dark"].includes(text) ? text : null);

export const askedTheme = theme(new URLSearchParams(location.hash.slice(1)).get("theme"));

function chosen() {
  try { return theme(localStorage.getItem(KEY) ?? localStorage.getItem(BEFORE)); } catch { return null; }
}

/** Show the one that holds now. Who embeds the page may have changed it since the address asked. */
export function applyTheme() {
  const now = (askedTheme && dataset.theme) ?? askedTheme ?? chosen() ?? (system.matches ? "dark" : "light");
  if (dataset.theme !== now) dataset.theme = now;
}

/** Let this button change it; `onTheme` is told of each change, the system's and another tab's too. */
export function setUpTheme(button, onTheme = () => {}) {
  // It says what a press gives.
  const press = () => {
    const name = dataset.theme === "dark" ? "Light theme" : "Dark theme";
    if (button.firstElementChild) for (const one of ["aria-label", "title"]) button.setAttribute(one, name);
    else button.textContent = name;
  };
  const changed = () => { applyTheme(); press(); onTheme(); };
  button.addEventListener("click", () => {
    dataset.theme = dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, dataset.theme); } catch { /* private windows forget */ }
    press();
    onTheme();
  });
  system.addEventListener("change", changed);
  addEventListener("storage", ({ key }) => { if (key === KEY) changed(); });
  button.hidden = false;
  applyTheme();
  press();
}
