// Pin a run and look at it beside the current one: boundary, curves, numbers, fingerprint.

import { ACCURACY, LOSS } from "#facts/history";
import { button, make, percent, setText, shown, svg } from "../../shared/dom.js";
import { drawScene } from "../plane/plane.js";
import { boundsFor } from "../../shared/surface.js";
import { FIELDS, same } from "../state/state.js";
import { columnOf } from "../../shared/history-columns.js";
import { stepsOf } from "../../shared/history.js";

const HEIGHT = 96; // of a curve
const COLUMNS = 72; // of a plane's grid

export function createCompareTab(panel, { engine, picture }) {
  let pinned = null, asked = 0;
  const pin = button("Pin this run", () => { pinned = picture.painted; show(picture.painted); }, { id: "pin" });
  const unpin = button("Unpin", () => { pinned = null; pin.focus(); show(picture.painted); });
  const row = make("div", { class: "row" }, pin, unpin), body = make("div", {});

  /** A run's scores on this window; null where they are too large for a float64. */
  async function surfaceOf({ result: { layerSizes, config }, parameters }, bounds, [width, height]) {
    const rows = Math.max(8, Math.round((COLUMNS * height) / width));
    const request = { parameters, layerSizes, activations: config.activations, bounds, columns: COLUMNS, rows };
    try {
      return { ...(await engine.surface(request)), columns: COLUMNS, rows, bounds, fine: true };
    } catch (error) {
      if (error.name === "ArithmeticError") return null;
      throw error;
    }
  }
  /** The plane of a run, as sharp as it is shown. */
  function plane({ result, step }, surface, bounds, [width, height], title) {
    const ratio = window.devicePixelRatio || 1;
    const canvas = make("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio), role: "img", "aria-label": `${title}: the plane at step ${step}` });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawScene(context, { points: result.points, bounds, surface, radius: width < 300 ? 2.5 : undefined }, width, height, document.createElement("canvas"));
    return make("div", {}, make("h3", {}, `${title}, step ${step}`), canvas);
  }

  /** One number of both histories by step; values above `most` are cut off, and that is said. */
  function curves(runs, title, k, write, most) {
    const all = runs.map(({ result }) => columnOf(result.history, k));
    const largest = Math.max(...all.flat().filter(Number.isFinite), 0);
    const high = Math.min(largest, most) || 1, last = Math.max(1, ...all.map((line) => line.length - 1));
    // Drawn as wide as the panel, so that its words are as large as those around it.
    const width = Math.max(160, panel.clientWidth), [left, right, foot] = [44, 12, 20];
    const x = (step) => left + (step / last) * (width - left - right), y = (value) => 6 + (1 - Math.min(value, high) / high) * (HEIGHT - 6);
    const label = (text, at, more) => svg("text", { ...at, fill: "var(--quiet)", "font-size": 12, ...more }, text);
    const rule = (x1, y1, x2, y2) => svg("line", { x1, y1, x2, y2, stroke: "var(--line)" });
    const axes = [
      ...[0, high / 2, high].flatMap((value) => [rule(left, y(value), width - right, y(value)), label(write(value), { x: left - 6, y: y(value) + 4 }, { "text-anchor": "end", class: "y" })]),
      ...[0, Math.round(last / 2), last].filter((step, at, list) => list.indexOf(step) === at).map((step) => label(String(step), { x: x(step), y: HEIGHT + 15 }, { "text-anchor": "middle", class: "x" })),
      label("step", { x: 0, y: HEIGHT + 15 }),
    ];
    const lines = all.map((line, at) => svg("polyline", {
      points: line.map((value, step) => (Number.isFinite(value) ? `${x(step).toFixed(1)},${y(value).toFixed(1)}` : "")).join(" "),
      fill: "none", stroke: at ? "var(--data)" : "var(--ink)", "stroke-width": 1.5, "stroke-dasharray": at ? "5 3" : "none",
    }));
    const drawn = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT + foot}`, role: "img", "aria-label": `${title} of both runs by step`, style: `width:100%;height:auto;overflow:visible;fill:initial` }, ...axes, ...lines);
    const caption = `${title}: pinned solid, current dashed${largest > high ? `; above ${write(high)} cut off` : ""}`;
    const hint = make("p", { class: "hint num" }, caption);
    drawn.addEventListener("pointermove", (event) => {
      const box = drawn.getBoundingClientRect();
      const along = ((event.clientX - box.left) / box.width) * width;
      const step = Math.round(Math.max(0, Math.min(1, (along - left) / (width - left - right))) * last);
      setText(hint, `${title} at step ${step}: pinned ${write(all[0][step])}, current ${write(all[1][step])}`);
    });
    drawn.addEventListener("pointerleave", () => setText(hint, caption));
    return make("div", {}, hint, drawn);
  }
  function rows(a, b) {
    const told = ({ result }) => [
      ["final loss", Number.isFinite(result.finalLoss) ? String(result.finalLoss) : "–"], ["accuracy", percent(result.finalAccuracy)],
      ["parameters", String(result.parameterCount)], ["steps", String(stepsOf(result.history))], ["fingerprint", (result.fingerprint ?? "–").slice(0, 16)],
    ];
    const differ = [...FIELDS].filter(([name]) => !same(a.result.config[name], b.result.config[name]))
      .map(([name, { label, type }]) => [label, ...[a, b].map(({ result }) => type.toText(result.config[name]).slice(0, 40) || "none")]);
    const right = told(b);
    return [...differ, ...told(a).map(([name, value], k) => [name, value, right[k][1]])];
  }
  function table(a, b) {
    const head = ["", "pinned", "current"].map((text) => make("th", { scope: "col" }, text || make("span", { class: "hidden" }, "what")));
    const line = ([name, left, right]) => make("tr", left === right ? {} : { class: "differs" }, make("th", { scope: "row" }, name), make("td", {}, left), make("td", {}, right));
    return make("table", { id: "compare-table" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows(a, b).map(line)));
  }
  async function show(painted) {
    const mine = ++asked;
    unpin.hidden = !pinned;
    setText(pin, pinned ? "Pin the current run instead" : "Pin this run");
    pin.disabled = !painted;
    if (row.parentElement !== panel) panel.replaceChildren(row, body); // else the focus stays where it was
    if (!pinned || !painted) return body.replaceChildren(make("p", { class: "hint" }, "Pin a run, then change something: both stand here side by side."));
    const alike = pinned.result.fingerprint === painted.result.fingerprint;
    const width = Math.max(80, (panel.clientWidth - 8) / 2), size = [width, Math.round(width / 1.5)];
    const bounds = boundsFor([...pinned.result.points, ...painted.result.points], ...size);
    const surfaces = await Promise.all([pinned, painted].map((run) => surfaceOf(run, bounds, size)));
    if (mine !== asked) return;
    body.replaceChildren(
      make("p", { class: "hint" }, alike ? "Both runs are the same to the last bit." : "The runs differ."),
      make("div", { class: "compare" }, plane(pinned, surfaces[0], bounds, size, "Pinned"), plane(painted, surfaces[1], bounds, size, "Current")),
      curves([pinned, painted], "total loss", LOSS, (value) => shown(value, 2), 4), curves([pinned, painted], "accuracy", ACCURACY, percent, 1),
      table(pinned, painted),
    );
  }
  return { show, fit: () => show(picture.painted) };
}
