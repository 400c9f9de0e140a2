// The kinds of figures, and what a page and the build do with all of them alike.

import curve from "./curve.js";
import graph from "./graph.js";
import network from "./network.js";
import moons from "./moons.js";
import plane from "./plane.js";
import run from "./run.js";
import { functionsOf } from "./kernels.js";
import { escaped } from "./text.js";

const KINDS = new Map(Object.entries({ curve, graph, moons, network, plane, run }));

/** A figure, ready to be drawn at any state of its controls. */
export function figureOf({ kind, id, spec }) {
  const own = KINDS.get(kind);
  const given = { ...spec, id };
  const functions = own.ownKernels ? null : functionsOf(spec.kernels);
  const [width, height] = typeof own.size === "function" ? own.size(given) : own.size;
  return {
    width, height,
    middle: own.middle?.(given) ?? [0, 0, width, height],
    start: () => own.start(given),
    controls: own.controls(given),
    draw: async (state) => own.draw(given, state, functions),
    settle: (state, changes) => own.settle?.(given, state, changes),
    drag: (state, handle, x, y, from) => own.drag(given, state, handle, x, y, from),
  };
}

/** What a control says its value is. */
export const worded = (control, value) => String(control.words?.[value] ?? value).replace("-", "−");

/** The controls as they stand in the page; without scripts they are left out. */
export function controlsHtml(figure, id, state) {
  const groups = [];
  for (const control of figure.controls) {
    if (!groups.length || groups.at(-1).name !== control.group) groups.push({ name: control.group, parts: [] });
    groups.at(-1).parts.push(controlHtml(control, id, state));
  }
  return groups.map(({ name, parts }) => (name ? `<fieldset><legend>${escaped(name)}</legend>${parts.join("")}</fieldset>` : parts.join(""))).join("");
}

function controlHtml(control, id, state) {
  const own = `${id}-${control.name}`;
  if (control.choices) {
    const options = control.choices.map((label, at) => `<option value="${at}"${at === state[control.name] ? " selected" : ""}>${escaped(label)}</option>`);
    return `<label class="control" for="${own}"><span>${escaped(control.label)}</span><select id="${own}" data-control="${control.name}">${options.join("")}</select></label>`;
  }
  const value = state[control.name];
  const name = control.group ? ` aria-label="${escaped(`${control.group}, ${control.label}`)}"` : "";
  return `<label class="control" for="${own}"><span>${escaped(control.label)}</span><input type="range" id="${own}"${name} data-control="${control.name}" min="${control.min}" max="${control.max}" step="${control.step}" value="${value}"><output>${worded(control, value)}</output></label>`;
}
