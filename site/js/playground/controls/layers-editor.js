// The network's shape: hidden layers with their neurons and activation, and the arithmetic of its
// parameters as in the walkthrough: 48 + 272 + 17 = 337.

import { button, make, setText, textBox } from "../../shared/dom.js";
import { wayBack } from "./sliders.js";
import { FIELDS, parameterArithmetic, same } from "../state/state.js";

const { type: { kind: width, most }, usual: usualLayers, label } = FIELDS.get("layers");
const { type: { kind: activation }, usual: usualActivations } = FIELDS.get("activations");

export function layersEditor({ change, getState }) {
  const rows = make("div", {});
  const sum = make("p", { class: "hint num", id: "arithmetic" });
  const addLayer = button("Add a layer", () => {
    const { layers, activations } = getState();
    change({ layers: [...layers, layers.at(-1) ?? 8], activations: [...activations, activations.at(-1) ?? usualActivations[0]] }, true);
  }, { id: "add-layer" });
  const back = wayBack(label, `${usualLayers.join(", ")} ${usualActivations[0]}`, () => change({ layers: usualLayers, activations: usualActivations }, true));
  const box = make("div", { class: "layers" }, rows, make("div", { class: "row" }, addLayer, back), sum);

  const withWidth = (k, value) => ({ layers: getState().layers.map((old, j) => (j === k ? value : old)) });
  function layerRow(k) {
    const name = `Hidden layer ${k + 1}`;
    const fewer = button("−", () => change(withWidth(k, getState().layers[k] - 1), true), { "aria-label": `${name}: one neuron fewer` });
    const more = button("+", () => change(withWidth(k, getState().layers[k] + 1), true), { "aria-label": `${name}: one neuron more` });
    const count = textBox({ inputmode: "numeric", "aria-label": `${name}: neurons`, "data-field": `layer-${k}` });
    count.addEventListener("change", () => change(withWidth(k, width.fromText(count.value)), true));
    const kind = make("select", { "aria-label": `${name}: activation` }, ...activation.options.map((one) => make("option", { value: one }, one)));
    kind.addEventListener("change", () => change({ activations: getState().activations.map((old, j) => (j === k ? kind.value : old)) }, true));
    const remove = button("×", () => {
      const { layers, activations } = getState();
      const keep = (_, j) => j !== k;
      change({ layers: layers.filter(keep), activations: activations.filter(keep) }, true);
      addLayer.focus();
    }, { "aria-label": `Remove ${name.toLowerCase()}`, title: "Remove this layer" });
    const row = make("div", { class: "layer" }, make("span", { class: "name" }, `Hidden ${k + 1}`), fewer, count, more, kind, remove);
    row.show = (state) => {
      if (document.activeElement !== count || Number(count.value) !== state.layers[k]) count.showText(String(state.layers[k]));
      kind.value = state.activations[k];
      fewer.disabled = state.layers[k] <= width.minimum;
      more.disabled = state.layers[k] >= width.maximum;
    };
    return row;
  }

  box.show = (state) => {
    while (rows.children.length > state.layers.length) rows.lastChild.remove();
    while (rows.children.length < state.layers.length) rows.append(layerRow(rows.children.length));
    for (const row of rows.children) row.show(state);
    addLayer.disabled = state.layers.length >= most;
    box.classList.toggle("changed", !same([state.layers, state.activations], [usualLayers, usualActivations]));
    setText(sum, `2 → ${[...state.layers, 1].join(" → ")}: ${parameterArithmetic(state.layers)} parameters`);
  };
  return box;
}
