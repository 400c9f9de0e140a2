// Light or dark: what an embedding page's address asks for, else what the reader chose, else what the
// system has.

const KEY = "micrograd-theme"; // the lessons and the list of notebooks keep it under this name too
export const system = matchMedia("(prefers-color-scheme: dark)");
const { dataset } = document.documentElement;

/** One of the two, or null. */
export const theme = (text) => (["light", "dark"].includes(text) ? text : null);

export const askedTheme = theme(new URLSearchParams(location.hash.slice(1)).get("theme"));

function chosen() {
  try { return theme(localStorage.getItem(KEY)); } catch { return null; }
}

/** Show the one that holds now, and say which. */
export function applyTheme() {
  const now = askedTheme ?? chosen() ?? (system.matches ? "dark" : "light");
  if (dataset.theme !== now) dataset.theme = now;
  return now;
}

/** The other one from now on, here and on the site's other pages; which. */
export function otherTheme() {
  dataset.theme = dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem(KEY, dataset.theme); } catch { /* private windows forget */ }
  return dataset.theme;
}
