// Bundles the pages' scripts and styles, the modules of site/js into a few minified files, and
// compiles the charts' Vega-Lite to Vega, which spares visitors the compiler.
//
//   node bundle.mjs <site's folder> <output folder> <names set by the build, JSON>

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { compile } from "vega-lite";
import { BROWSERS, target } from "./browsers.mjs";

const [site, output, define] = process.argv.slice(2);

const charts = join(output, "charts.json");
const specs = Object.entries(JSON.parse(readFileSync(charts, "utf8"))).map(
  // The page brings colours and fonts of its own, for both themes.
  ([name, { config, ...spec }]) => [name, compile(spec).spec],
);
writeFileSync(charts, JSON.stringify(Object.fromEntries(specs)) + "\n");

const found = (...names) => names.map((name) => join(site, name)).filter(existsSync);
const common = {
  bundle: true,
  minify: true,
  format: "esm",
  target,
  outdir: output,
  entryNames: "[name]",
  // Paths in a bundle's comments and hashes are relative to this: the same wherever the checkout is.
  absWorkingDir: site,
  legalComments: "eof",
  charset: "utf8",
  logLevel: "warning",
  define: { ...JSON.parse(define), BROWSERS },
  // The last line tells who reads a script as a text that all of it has come.
  footer: { js: "//whole" },
};

// What the playground imports only when asked is a file of its own, and so is what that shares with
// it. The other pages are not in it: each would split off more small files, for all to wait for.
await build({ ...common, entryPoints: found("js/playground/main.js"), splitting: true });
await build({ ...common, entryPoints: found("run-notebook/notebook.js", "js/engine/engine.js", "bench/bench.js") });
// A worker is one file, and so is what starts it: no other round trip is waited for.
const workers = found("js/engine/worker.js", "js/engine/plan.js", "js/engine/python.js", "js/playground/drawer/graph-layout-worker.js");
const [defaults, plan] = ["default.json", "compiled-plan.js"].map((name) => join(output, name));
const alias = { "default-run": defaults, "compiled-plan": plan, "python-values": join(site, "js/engine/python-values.js") };
await build({ ...common, entryPoints: workers, alias });
for (const made of [defaults, plan, join(output, "kernels.json")]) rmSync(made);
await build({ ...common, format: "iife", entryPoints: found("js/playground/early.js") });
// Older browsers are told by this one that they are.
await build({ ...common, format: "iife", target: "es2015", entryPoints: found("js/shared/watchdog.js") });
await build({ ...common, entryPoints: found("playground.css", "css/print.css", "bench/bench.css") });
