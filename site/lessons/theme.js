// Light or dark: the reader's choice, kept under the same name as the playground's.

const KEY = "micrograd-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };

export function setUpTheme(button) {
  const { dataset } = document.documentElement;
  const apply = () => {
    const theme = stored() ?? (system.matches ? "dark" : "light");
    dataset.theme = theme === "dark" ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dataset.theme === "dark"));
  };
  button.addEventListener("click", () => {
    const next = dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, next); } catch { dataset.theme = next; }
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
