// The learning-rate schedule as a small curve over the run's steps. It only pictures the rule; the
// rates that a run used are in its history and come from the engine.

import { OFFICIAL_STEPS, rateAt } from "../../shared/learning-rate.js";
import { setText, svg, make } from "../../shared/dom.js";

export function schedulePicture() {
  const line = svg("polyline", { fill: "none", stroke: "currentColor", "stroke-width": 1.5, "vector-effect": "non-scaling-stroke" });
  const zero = svg("line", { x1: 0, x2: 100, stroke: "var(--line)", "vector-effect": "non-scaling-stroke" });
  const picture = svg("svg", { class: "schedule", viewBox: "0 -2 100 34", preserveAspectRatio: "none", "aria-hidden": "true" }, zero, line);
  const text = make("p", { class: "hint", id: "schedule-text" });
  const box = make("div", {}, picture, text);
  box.show = ({ learningRate, steps }) => {
    const last = Math.max(1, steps - 1);
    const ends = [rateAt(learningRate, 0, steps), rateAt(learningRate, last, steps)];
    const high = Math.max(...ends, 1e-12), low = Math.min(...ends, 0);
    const y = (rate) => 30 - (30 * (rate - low)) / (high - low);
    line.setAttribute("points", `0,${y(ends[0]).toFixed(2)} 100,${y(ends[1]).toFixed(2)}`);
    for (const end of ["y1", "y2"]) zero.setAttribute(end, y(0).toFixed(2));
    const told = `${+ends[0].toFixed(4)} at step 0, ${+ends[1].toFixed(4)} at step ${steps - 1}.`;
    setText(text, steps > OFFICIAL_STEPS ? `${told} (“official” ends after ${OFFICIAL_STEPS} steps: it would fall below 0.)` : told);
  };
  return box;
}
