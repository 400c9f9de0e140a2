// The size of the playground's text, for projectors and for who reads from afar: kept in this browser.

const KEY = "micrograd-text-size";
const SIZES = ["100", "125", "150"]; // per cent
const { dataset } = document.documentElement;

function chosen() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

/** Show the size that was chosen, if one was. */
export function applyTextSize() {
  const now = chosen();
  if (SIZES.includes(now) && now !== "100") dataset.text = now;
  else delete dataset.text;
}

/** Let this button go through the sizes; `onChange` is told, of another tab's choice too. */
export function setUpTextSize(button, onChange) {
  const show = () => {
    const now = dataset.text ?? "100";
    button.setAttribute("aria-label", `Text size ${now} %`);
    button.title = `Text size ${now} %: press for the next of ${SIZES.join(", ")} %`;
  };
  button.addEventListener("click", () => {
    const next = SIZES[(SIZES.indexOf(dataset.text ?? "100") + 1) % SIZES.length];
    try { localStorage.setItem(KEY, next); } catch { /* private windows forget */ }
    if (next === "100") delete dataset.text;
    else dataset.text = next;
    show();
    onChange();
  });
  addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    applyTextSize();
    show();
    onChange();
  });
  show();
}
