// A few words to choose from, as radio buttons.

import { make } from "../../shared/dom.js";

let count = 0;

/** `read(state)` gives the chosen option's value; `pick(value)` is told of another choice. */
export function radioButtons({ name, label, options, read, pick, className = "choices words" }) {
  const group = `choice-${name}-${++count}`;
  const inputs = new Map();
  const labels = options.map(({ value, text, picture, title }) => {
    const input = make("input", { type: "radio", name: group, value, "data-choice": name, "aria-label": title ?? text });
    input.addEventListener("change", () => pick(value));
    inputs.set(value, input);
    return make("label", { title: title ?? text }, input, ...(picture ? [picture] : []), text);
  });
  const set = make("div", { class: className, role: "radiogroup", "aria-label": label }, ...labels);
  set.show = (state) => {
    const input = inputs.get(read(state));
    if (input && !input.checked) input.checked = true;
  };
  return set;
}
