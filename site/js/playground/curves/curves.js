// Loss and accuracy by step, drawn by Vega from the specifications of charts.py (exported by the
// build as charts.json). A view is built once for a theme; after that only its data changes. The
// timeline's cursor is an element of ours above the charts, so scrubbing redraws nothing here.

import { ACCURACY, DATA_LOSS, LOSS, REG_LOSS, ROW } from "#facts/history";
import { color, textSize } from "../../shared/dom.js";
import { makeView } from "./vega-parts.js";

const PAD = { left: 48, right: 16, top: 20, bottom: 20 }; // above the plot stands its title
export const LOSSES = ["total loss", "data loss", "regularization loss"];

const clean = (spec) => JSON.parse(JSON.stringify(spec));
const mentions = (thing, word) => JSON.stringify(thing).includes(word);

/** charts.py's chart as it looks on this page: our colours, one shared time axis, no legend (the
 * line of facts below names the lines), and no selection of its own. */
function fit(spec, { width, height, log, last, axis }) {
  const own = clean(spec);
  delete own.params; delete own.layout; delete own.style; delete own.legends; delete own.config; delete own.usermeta;
  Object.assign(own, { width: Math.max(60, width - PAD.left - PAD.right), height: height - PAD.top - (axis ? PAD.bottom : 6), background: null });
  own.padding = { ...PAD, bottom: axis ? PAD.bottom : 6 };
  own.autosize = { type: "none" };
  own.signals = [{ name: "last", value: last }];
  own.marks = own.marks.filter((mark) => !mentions(mark, "pointed") && !mentions(mark, "voronoi") && !mentions(mark, "layer_1"));
  own.data = own.data.filter((set) => set.name !== "pointed_store" && !mentions(set, "pivot"));
  for (const scale of own.scales) {
    if (scale.name === "x") Object.assign(scale, { domain: [0, { signal: "last" }], nice: false, zero: false });
    if (scale.name === "y" && scale.domain?.fields) scale.domain = { data: scale.domain.fields[0].data, field: scale.domain.fields[0].field };
    if (scale.name === "y" && log) Object.assign(scale, { type: "log", base: 10, zero: false, nice: true });
    if (scale.name === "color") scale.range = [color("--total"), color("--data"), color("--reg")];
  }
  for (const one of own.axes ?? []) {
    const below = one.orient === "bottom" || one.scale === "x";
    Object.assign(one, { domain: false, ticks: false, tickCount: below ? 5 : axis ? 3 : 4, labelFlush: below, minExtent: 0, maxExtent: 200 });
    if (below) { delete one.title; one.labels = axis; }
    else {
      Object.assign(one, { titleAngle: 0, titleAlign: "left", titleBaseline: "bottom", titleX: 0, titleY: -5, labelLimit: 46 });
      // 10, 0.1, 2.5e86: the last has no room to be written larger.
      const text = "replace(format(datum.value, '.3~g'), 'e+', 'e')";
      one.encode = { labels: { update: { text: { signal: text }, fontSize: { signal: `indexof(${text}, 'e') < 0 ? ${textSize(12)} : 12` } } } };
    }
  }
  return JSON.parse(JSON.stringify(own).replaceAll('"#17456b"', JSON.stringify(color("--total"))));
}

const look = () => ({
  axis: {
    labelFont: "system-ui, sans-serif", titleFont: "system-ui, sans-serif", labelFontSize: textSize(12), titleFontSize: textSize(12), titleFontWeight: "normal",
    labelColor: color("--quiet"), titleColor: color("--quiet"), gridColor: color("--line"), gridOpacity: 0.7, labelPadding: 4,
  },
});

/** The history's rows in the shape that the specifications read. */
function rowsOf(history, names, columns, log) {
  const rows = [];
  for (let step = 0; step < history.length / ROW; step++) {
    names.forEach((metric, k) => {
      const value = history[ROW * step + columns[k]] * (metric === "accuracy" ? 100 : 1);
      if (Number.isFinite(value) && (!log || value > 0)) rows.push({ step, metric, label: metric, value });
    });
  }
  return rows;
}

export async function createCurves(elements) {
  const answer = await fetch(new URL("charts.json", import.meta.url));
  if (!answer.ok) throw new Error(`The charts' description did not load (${answer.status}).`);
  const specs = await answer.json();
  const charts = [
    { name: "loss", element: elements.loss, metrics: LOSSES, columns: [LOSS, DATA_LOSS, REG_LOSS], axis: false },
    { name: "accuracy", element: elements.accuracy, metrics: ["accuracy"], columns: [ACCURACY], axis: true },
  ];
  let drawn = "", shown = null;

  async function build(chart, log, last) {
    chart.view?.finalize();
    chart.element.replaceChildren();
    const { clientWidth: width, clientHeight: height } = chart.element;
    const spec = fit(specs[chart.name], { width, height, log: log && chart.name === "loss", last, axis: chart.axis });
    chart.view = makeView(spec, look()).initialize(chart.element);
    chart.element.querySelector("canvas, svg")?.setAttribute("aria-hidden", "true");
  }
  return {
    pad: PAD,
    /** Draw this history; only what changed is handed to Vega. */
    async draw({ history, last, log }) {
      const key = [elements.loss.clientWidth, elements.loss.clientHeight, color("--paper"), textSize(12), log].join();
      const fresh = key !== drawn;
      if (!fresh && shown === history) return;
      drawn = key;
      shown = history;
      await Promise.all(charts.map(async (chart) => {
        if (fresh) await build(chart, log, last);
        chart.view.signal("last", last).data("rows", rowsOf(history, chart.metrics, chart.columns, log && chart.name === "loss"));
        await chart.view.runAsync();
      }));
    },
    /** A chart as a file: "svg" or "png". */
    async picture(name, type) {
      const { view } = charts.find((chart) => chart.name === name);
      if (type === "svg") return new Blob([await view.toSVG(2)], { type: "image/svg+xml" });
      const canvas = await view.toCanvas(2);
      return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    },
  };
}
