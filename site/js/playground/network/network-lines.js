// Above the network: which numbers its lines show, and how to read them.

import { make } from "../../shared/dom.js";
import { radioButtons } from "../controls/radio-buttons.js";

export function linesSwitch(box, { change }) {
  const choice = radioButtons({
    name: "lines", label: "Lines show", read: (state) => state.lines, pick: (lines) => change({ lines }, true),
    options: [{ value: "weights", text: "weights", title: "Weights" }, { value: "gradients", text: "gradients", title: "Gradients of the total loss" }],
  });
  box.append(
    choice,
    make("span", {}, make("span", { class: "key plus" }), "positive"),
    make("span", {}, make("span", { class: "key minus" }), "negative"),
  );
  return { show: choice.show };
}
