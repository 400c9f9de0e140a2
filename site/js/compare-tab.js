// Pin a run and look at it beside the current one: boundary, curves, numbers, fingerprint.

import { button, color, make, percent, setText, shown, svg } from "./dom.js";
import { drawScene } from "./plane.js";
import { boundsFor } from "./surface.js";
import { FIELDS, same } from "./state.js";

const SIZE = [240, 160];

export function createCompareTab(panel, { picture }) {
  let pinned = null;
  const pin = button("Pin this run", () => { pinned = picture.painted; show(picture.painted); }, { id: "pin" });
  const unpin = button("Unpin", () => { pinned = null; show(picture.painted); });
  const body = make("div", {});

  function thumbnail({ result, surface, step }, title) {
    const canvas = make("canvas", { width: SIZE[0] * 2, height: SIZE[1] * 2, role: "img", "aria-label": `${title}: the plane at step ${step}` });
    const context = canvas.getContext("2d");
    context.setTransform(2, 0, 0, 2, 0, 0);
    drawScene(context, { points: result.points, bounds: boundsFor(result.points, ...SIZE), surface }, ...SIZE, document.createElement("canvas"));
    return make("div", {}, make("h3", {}, title), canvas);
  }
  function curvesOf(runs) {
    const most = Math.max(...runs.map(({ result }) => result.history.length / 5));
    const losses = runs.map(({ result }) => Array.from({ length: result.history.length / 5 }, (_, k) => result.history[5 * k]));
    const high = Math.max(...losses.flat().map((loss) => Math.min(loss, 3)), 1e-9);
    const lines = losses.map((line, k) => svg("polyline", {
      points: line.map((loss, step) => `${((step / Math.max(1, most - 1)) * 240).toFixed(1)},${(60 - (Math.min(loss, high) / high) * 58).toFixed(1)}`).join(" "),
      fill: "none", stroke: k ? "var(--data)" : "var(--ink)", "stroke-width": 1.5, "stroke-dasharray": k ? "5 3" : "none", "vector-effect": "non-scaling-stroke",
    }));
    const box = svg("svg", { viewBox: "0 0 240 60", preserveAspectRatio: "none", role: "img", "aria-label": "Total loss of both runs by step", style: "width:100%;height:72px;overflow:visible" }, ...lines);
    return make("div", {}, make("p", { class: "hint" }, "total loss by step: pinned solid, current dashed"), box);
  }
  function rows(a, b) {
    const told = ({ result }) => [
      ["final loss", Number.isFinite(result.finalLoss) ? String(result.finalLoss) : "–"], ["accuracy", percent(result.finalAccuracy)],
      ["parameters", String(result.parameterCount)], ["steps", String(result.history.length / 5)], ["fingerprint", (result.fingerprint ?? "–").slice(0, 16)],
    ];
    const differ = [...FIELDS.values()].filter(({ name, part }) => part === "config" && !same(a.result.config[name], b.result.config[name]))
      .map(({ name, label, type }) => [label, ...[a, b].map(({ result }) => type.toText(result.config[name]).slice(0, 40) || "none")]);
    const right = told(b);
    return [...differ, ...told(a).map(([name, value], k) => [name, value, right[k][1]])];
  }
  function show(painted) {
    unpin.hidden = !pinned;
    setText(pin, pinned ? "Pin the current run instead" : "Pin this run");
    pin.disabled = !painted;
    panel.replaceChildren(make("div", { class: "row" }, pin, unpin), body);
    if (!pinned || !painted) return body.replaceChildren(make("p", { class: "hint" }, "Pin a run, then change something: both stand here side by side."));
    const alike = pinned.result.fingerprint === painted.result.fingerprint;
    body.replaceChildren(
      make("p", { class: "hint" }, alike ? "Both runs are the same to the last bit." : "The runs differ."),
      make("div", { class: "compare" }, thumbnail(pinned, "Pinned"), thumbnail(painted, "Current")),
      curvesOf([pinned, painted]),
      make("table", { id: "compare-table" }, make("thead", {}, make("tr", {}, ...["", "pinned", "current"].map((text) => make("th", { scope: "col" }, text || make("span", { class: "hidden" }, "what"))))),
        make("tbody", {}, ...rows(pinned, painted).map(([name, a, b]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, a), make("td", {}, b))))),
    );
  }
  return { show };
}
