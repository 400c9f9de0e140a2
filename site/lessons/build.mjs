// Bundles the lessons' scripts and styles, and draws each figure as it stands before a touch, with
// the code and the kernels that draw it in the page.
//
//   node build.mjs <site's folder> <output folder> <figures.json> <drawn.json> <names set by the build, JSON>

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { BROWSERS, target } from "../builder/browsers.mjs";

const [site, output, figures, drawn, define] = process.argv.slice(2);
const common = {
  bundle: true, minify: true, target, outdir: output, entryNames: "[name]", absWorkingDir: site,
  legalComments: "eof", charset: "utf8", logLevel: "warning", define: { ...JSON.parse(define), BROWSERS },
  footer: { js: "//whole" }, // as in site/builder/bundle.mjs
};
const at = (name) => join(site, "lessons", name);

// Plain scripts, not modules: a sandboxed frame may load those from any server.
await build({ ...common, format: "iife", entryPoints: [at("lesson.js"), at("contents.js"), at("cell.js"), at("demo.js")] });
await build({ ...common, format: "esm", entryPoints: [at("embed.js")] });
await build({ ...common, entryPoints: [at("lessons.css"), at("demo.css")] });

const renderer = `${drawn}.mjs`;
await build({ ...common, outdir: undefined, outfile: renderer, minify: false, format: "esm", platform: "node", entryPoints: [at("figures/kinds.js")] });
const { controlsHtml, figureOf } = await import(pathToFileURL(renderer).href);
const withoutWords = (svg) => svg.replace(/<text[\s\S]*?<\/text>/g, "").replace(/ data-handle="[^"]*"/g, "");
const found = [];
for (const { id, kind, spec, lesson } of JSON.parse(readFileSync(figures, "utf8"))) {
  const figure = figureOf({ kind, id, spec });
  const state = figure.start();
  const { svg, readout, values } = await figure.draw(state);
  // What stands for the lesson on the contents page: drawn with fewer shades, and only its middle.
  const small = lesson && figureOf({ kind, id: `${lesson}-${id}`, spec: { ...spec, small: true } });
  const thumbnail = small && { box: small.middle, svg: withoutWords((await small.draw(small.start())).svg) };
  found.push({ thumbnail, id, width: figure.width, height: figure.height, svg, readout, values, controls: controlsHtml(figure, id, state) });
}
writeFileSync(drawn, JSON.stringify(found));
process.exit(0); // the kernel host's message channel would keep the process waiting
