// One neuron with its numbers for one example: each input, weight and their gradients, the bias, the
// sum and what the activation makes of it. Every number is a node of the example's graph.

import { make, shown } from "../../shared/dom.js";
import { neuronName } from "../network/network.js";

/**
 * The card of neuron {layer, neuron, weight} of the diagram (layer 0 is the inputs). `found` is the
 * engine's graph; `total(layer, neuron, input)` the gradient of the whole loss, or undefined.
 */
export function neuronCard({ layer, neuron, weight: chosen }, { found, sizes, activations, total }) {
  const byName = new Map(found.nodes.map((node) => [node.name, node]));
  const k = layer - 1, last = layer === sizes.length - 1;
  const kind = last ? "" : activations[k];
  const input = (i) => byName.get(k === 0 ? `x_${i}` : `${activations[k - 1]}_${k - 1}_${i}`);
  const weight = (i) => byName.get(`w_${k}_${neuron}_${i}`);
  const bias = byName.get(`b_${k}_${neuron}`);
  const sum = byName.get(last ? "score" : `sum_${k}_${neuron}`);
  const out = byName.get(last ? "score" : `${kind}_${k}_${neuron}`);
  const count = sizes[k];

  const told = (value, digits) => shown(value, digits).replace("-", "−");
  const term = (i) => `${told(weight(i)?.data, 3)}·${told(input(i)?.data, 3)}`;
  const terms = Array.from({ length: count }, (_, i) => i).filter((i) => count <= 3 || i < 2 || i === count - 1);
  const written = terms.map((i, n) => (n && i - terms[n - 1] > 1 ? `… + ${term(i)}` : term(i))).join(" + ");
  const inside = `${written} + ${told(bias?.data, 3)}`.replaceAll("+ −", "− ");
  const formula = last ? `score = ${inside} = ${told(out?.data)}` : `${kind}(${inside}) = ${kind}(${told(sum?.data)}) = ${told(out?.data)}`;

  const head = ["input", "value", "weight", "grad, this example", "grad, total loss"];
  const row = (name, cells, on) => make("tr", on ? { class: "chosen", "aria-current": "true" } : {}, make("th", { scope: "row" }, name), ...cells.map((text) => make("td", { class: "num" }, text)));
  const rows = Array.from({ length: count }, (_, i) => row(
    k === 0 ? ["x", "y"][i] : `neuron ${i + 1}`,
    [shown(input(i)?.data), shown(weight(i)?.data), shown(weight(i)?.grad), shown(total(k, neuron, i))], i === chosen,
  ));
  rows.push(row("bias", ["", shown(bias?.data), shown(bias?.grad), shown(total(k, neuron, count))]));
  const title = neuronName(sizes, layer, neuron);
  return make("section", { id: "neuron-card", "aria-label": `${title}, its numbers` },
    make("h3", {}, title[0].toUpperCase() + title.slice(1)),
    make("p", { class: "formula num" }, formula),
    make("p", { class: "hint" }, `The gradient of this example’s loss with respect to ${last ? "the score" : "its output"}: ${shown(out?.grad)}.`),
    make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Inputs and weights" },
      make("table", {}, make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))), make("tbody", {}, ...rows))),
  );
}
