// A page that is one cell: the code comes in its address (#code=...), so a plain iframe can hold it.

import { alive } from "../js/shared/reload.js";
import { make } from "../js/shared/dom.js";
import { createCells, createWaits } from "./cells.js";
import { embedded, setUpFrame, tell, whenStarting, wishes } from "./frame.js";
import { createPython } from "./runtime.js";

const LONGEST = 20_000;
const waits = createWaits();
const python = createPython(embedded ? wishes.group : "", waits.tell);
const element = document.querySelector("[data-cell]");
if (wishes.code) element.querySelector("code").textContent = wishes.code.slice(0, LONGEST);
if (wishes.code?.length > LONGEST) element.querySelector(".output").append(make("p", { class: "error", role: "status" }, `This link holds ${wishes.code.length} characters of code. A cell takes the first ${LONGEST}; the rest was left out.`));
document.documentElement.classList.add("alive");
alive();
createCells({
  python, waits, generation: null,
  session: `cell-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
  kept: { texts: {} },
  keep: () => null,
  follow: () => null,
  tell: (type, detail) => tell(type, detail),
}, [element]);
setUpFrame();
if (embedded) {
  const link = document.querySelector(".embed-link a");
  link.href = `${location.pathname}#code=${encodeURIComponent(wishes.code ?? "")}`;
}
whenStarting(() => python.warm().catch(() => null));
tell("micrograd-ready", { cell: "own" });
