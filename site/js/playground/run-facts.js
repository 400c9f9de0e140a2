// The line of facts under the plane: whatever it says belongs to the step shown, and a number that
// is missing is a dash.

import { $, copyText, percent, setText, shown } from "../shared/dom.js";
import { parameterArithmetic } from "./state/state.js";

const milliseconds = (time) => (Number.isFinite(time) ? `${time < 10 ? time.toFixed(1) : Math.round(time)} ms` : "–");

export function createFacts() {
  let whole = "";
  const fingerprint = $("fact-fingerprint");
  fingerprint.addEventListener("click", async () => {
    if (!whole) return;
    await copyText(whole);
    setText($("announce"), "Fingerprint copied.");
  });
  const arrived = () => $("facts").classList.remove("pending");
  let announced = 0;
  return {
    show(result, step) {
      arrived();
      const finished = result.history.length / 5;
      const row = Math.min(step, finished - 1);
      const [total, data, reg, accuracy] = row >= 0 ? result.history.subarray(5 * row, 5 * row + 4) : [];
      setText($("fact-step"), `step ${step} of ${finished}`);
      setText($("fact-total"), shown(total));
      setText($("fact-data"), shown(data));
      setText($("fact-reg"), shown(reg));
      setText($("fact-accuracy"), percent(accuracy));
      setText($("fact-arithmetic"), parameterArithmetic(result.layerSizes.slice(1, -1)));
      setText($("fact-trained"), `trained in ${milliseconds(result.trainMs)} (${result.engine})`);
      whole = result.fingerprint ?? "";
      setText(fingerprint, whole ? whole.slice(0, 8) : "–");
      fingerprint.setAttribute("aria-label", whole ? `Fingerprint ${whole.slice(0, 8)}: copy all of it` : "No fingerprint");
      setText($("fact-note"), row >= 0 ? `loss as measured at step ${row}, before its update` : "");
      clearTimeout(announced);
      announced = setTimeout(() => setText($("announce"), `Step ${step} of ${finished}: total loss ${shown(total)}, accuracy ${percent(accuracy)}.`), 700);
    },
    empty(why, layers) {
      arrived();
      clearTimeout(announced);
      setText($("fact-arithmetic"), parameterArithmetic(layers));
      for (const name of ["step", "total", "data", "reg", "accuracy"]) setText($(`fact-${name}`), "–");
      whole = "";
      setText(fingerprint, "–");
      setText($("fact-trained"), why);
      setText($("fact-note"), "");
    },
  };
}
