// Take away: the run as JSON, its history as CSV, its parameters, the points, and the pictures.

import { closesByBackdrop } from "../../shared/backdrop.js";
import { $, button, download, make, setText } from "../../shared/dom.js";
import { writePoints } from "../controls/csv.js";
import { COLUMNS } from "../../shared/history-columns.js";
import { rowOf, stepsOf } from "../../shared/history.js";
import { configOf } from "../state/state.js";
import { SvgContext } from "./svg-context.js";

function historyRows({ history }) {
  return Array.from({ length: stepsOf(history) }, (_, step) => {
    const row = rowOf(history, step);
    return { step, ...Object.fromEntries(COLUMNS.map((name, place) => [name, row[place]])) };
  });
}
/** A part of the page as SVG: what is shade or map as an image, all else as lines and shapes. */
function svgOf(part) {
  const context = new SvgContext(...part.size);
  part.drawOn(context);
  return context.toString();
}
const canvasBlob = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

export function createSaving({ getState, picture, getResult, plane, network, curves }) {
  const dialog = $("save-dialog");
  const json = (name, value) => download(name, JSON.stringify(value, null, 1), "application/json");
  const last = (result) => [...result.parameters.subarray(-result.parameterCount)];
  const run = (result) => ({
    config: configOf(getState()), fingerprint: result.fingerprint, finalLoss: result.finalLoss, finalAccuracy: result.finalAccuracy,
    engine: result.engine, history: historyRows(result), parameters: last(result),
  });
  const chart = async (name, type) => download(`${name}.${type}`, await curves().picture(name, type));
  const items = [
    ["Run (JSON)", (result) => json("run.json", run(result))],
    ["History (CSV)", (result) => download("history.csv", [["step", ...COLUMNS].join(","), ...historyRows(result).map((row) => Object.values(row).join(","))].join("\n") + "\n", "text/csv")],
    ["Parameters (JSON)", (result) => json("parameters.json", { layerSizes: result.layerSizes, activations: getState().activations, step: picture.wanted.step, parameters: [...result.parameters.slice(picture.wanted.step * result.parameterCount, (picture.wanted.step + 1) * result.parameterCount)] })],
    ["Points (CSV)", () => download("points.csv", writePoints(plane.rows()) + "\n", "text/csv")],
    ["Loss (SVG)", () => chart("loss", "svg")],
    ["Loss (PNG)", () => chart("loss", "png")],
    ["Accuracy (SVG)", () => chart("accuracy", "svg")],
    ["Accuracy (PNG)", () => chart("accuracy", "png")],
    ["Plane (SVG)", () => download("plane.svg", svgOf(plane), "image/svg+xml")],
    ["Plane (PNG)", async () => download("plane.png", await canvasBlob($("plane-canvas")))],
    ["Network (SVG)", () => download("network.svg", svgOf(network), "image/svg+xml")],
    ["Network (PNG)", async () => download("network.png", await canvasBlob($("network-canvas")))],
  ];
  const told = make("p", { class: "quiet" });
  const buttons = items.map(([text, act]) => button(text, () => act(getResult())));
  dialog.append(
    make("h2", { id: "save-title" }, "Take this run with you"), told,
    make("div", { class: "grid" }, ...buttons), button("Close", () => dialog.close()),
  );
  closesByBackdrop(dialog);
  /** A run that ends while the dialog is open can be saved at once. */
  function refresh() {
    const ready = getResult() !== null && picture.painted !== null;
    setText(told, ready ? "Numbers keep all their digits. Share copies a link that makes the same run." : "There is no finished run to save yet.");
    for (const one of buttons) one.disabled = !ready;
  }
  return {
    open() {
      refresh();
      dialog.showModal();
    },
    follow() { if (dialog.open) refresh(); },
  };
}
