// Bundles the scripts and the style of the list of notebooks.
//
//   node build.mjs <site's folder> <output folder>

import { join } from "node:path";
import { build } from "esbuild";
import { BROWSERS, target } from "../builder/browsers.mjs";

const [site, output] = process.argv.slice(2);
const common = {
  bundle: true, minify: true, format: "esm", target, outdir: output, entryNames: "[name]",
  absWorkingDir: site, legalComments: "eof", charset: "utf8", logLevel: "warning", define: { BROWSERS },
  footer: { js: "//whole" }, // as in site/builder/bundle.mjs
};
const at = (name) => join(site, "notebook-list", name);
await build({ ...common, entryPoints: [at("list.js"), at("startup.js"), at("prompt.js"), at("link.js"), at("outputs.js"), at("kernel.js"), at("kernel-worker.js"), at("list.css")] });
