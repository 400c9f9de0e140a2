// The line of facts under the plane: whatever it says belongs to the step shown, and a number that
// is missing is a dash.

import { ACCURACY, DATA_LOSS, LOSS, REG_LOSS } from "#facts/history";
import { $, copyText, percent, setText, shown } from "../shared/dom.js";
import { rowOf, stepsOf } from "../shared/history.js";
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
      const finished = stepsOf(result.history);
      const row = Math.min(step, finished - 1);
      const numbers = row >= 0 ? rowOf(result.history, row) : [];
      setText($("fact-step"), `step ${step} of ${finished}`);
      setText($("fact-total"), shown(numbers[LOSS]));
      setText($("fact-data"), shown(numbers[DATA_LOSS]));
      setText($("fact-reg"), shown(numbers[REG_LOSS]));
      setText($("fact-accuracy"), percent(numbers[ACCURACY]));
      setText($("fact-arithmetic"), parameterArithmetic(result.layerSizes.slice(1, -1)));
      setText($("fact-trained"), `trained in ${milliseconds(result.trainMs)} (${result.engine})`);
      whole = result.fingerprint ?? "";
      setText(fingerprint, whole ? whole.slice(0, 8) : "–");
      fingerprint.setAttribute("aria-label", whole ? `Fingerprint ${whole.slice(0, 8)}: copy all of it` : "No fingerprint");
      setText($("fact-note"), row >= 0 ? `loss as measured at step ${row}, before its update` : "");
      clearTimeout(announced);
      announced = setTimeout(() => setText($("announce"), `Step ${step} of ${finished}: total loss ${shown(numbers[LOSS])}, accuracy ${percent(numbers[ACCURACY])}.`), 700);
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
