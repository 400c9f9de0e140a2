// Light or dark, kept under the same name as the playground's; another tab's change is followed.

const KEY = "micrograd-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };

export function setUpTheme(button) {
  const { dataset } = document.documentElement;
  const apply = () => {
    dataset.theme = (stored() ?? (system.matches ? "dark" : "light")) === "dark" ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dataset.theme === "dark"));
  };
  button.addEventListener("click", () => {
    const next = dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, next); } catch { /* private windows forget */ }
    dataset.theme = next;
    button.setAttribute("aria-pressed", String(next === "dark"));
  });
  system.addEventListener("change", apply);
  addEventListener("storage", (event) => { if (event.key === KEY) apply(); });
  button.hidden = false;
  apply();
}
