// What the curves say at the step under the pointer: the history's row, number by number.

import { ACCURACY, DATA_LOSS, LEARNING_RATE, LOSS, REG_LOSS, ROW } from "#facts/history";
import { $, make, percent, setText, shown } from "../../shared/dom.js";

export function createCurvesTip({ pad, getPainted }) {
  const curves = $("curves");
  const tip = make("p", { class: "tip", id: "curves-tip", hidden: true });
  const line = make("div", { class: "cursor under", "aria-hidden": "true", hidden: true });
  curves.append(line, tip);
  let pointer = null; // how far along the plot, from 0 to 1

  function show() {
    const result = getPainted()?.result, finished = (result?.history.length ?? 0) / ROW;
    tip.hidden = line.hidden = pointer === null || finished === 0;
    if (tip.hidden) return;
    const step = Math.min(finished - 1, Math.round(pointer * finished));
    const row = result.history.subarray(ROW * step, ROW * (step + 1)), say = (place) => shown(row[place]);
    setText(tip, `step ${step}, learning rate ${say(LEARNING_RATE)}\ntotal ${say(LOSS)} = data ${say(DATA_LOSS)} + reg ${say(REG_LOSS)}\naccuracy ${percent(row[ACCURACY])}`);
    const x = pad.left + (step / finished) * (curves.clientWidth - pad.left - pad.right);
    line.style.transform = `translateX(${x}px)`;
    const left = x + 12 + tip.offsetWidth < curves.clientWidth ? x + 12 : x - 12 - tip.offsetWidth;
    tip.style.left = `${Math.max(0, left)}px`;
  }
  curves.addEventListener("pointermove", (event) => {
    const box = curves.getBoundingClientRect();
    const share = (event.clientX - box.left - pad.left) / (box.width - pad.left - pad.right);
    const off = event.pointerType === "touch" || event.buttons || event.target.closest("label");
    pointer = off ? null : Math.max(0, Math.min(1, share));
    show();
  });
  for (const away of ["pointerleave", "pointerdown"]) curves.addEventListener(away, () => { pointer = null; show(); });
  /** Another run was painted: what is said is its. */
  return { follow: show };
}
