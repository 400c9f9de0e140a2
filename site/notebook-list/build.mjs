// Bundles the scripts and the style of the list of notebooks.
//
//   node build.mjs <site's folder> <output folder>

import { join } from "node:path";
import { build } from "esbuild";

const [site, output] = process.argv.slice(2);
const common = {
  bundle: true, minify: true, format: "esm", target: "es2022", outdir: output, entryNames: "[name]",
  absWorkingDir: site, legalComments: "eof", charset: "utf8", logLevel: "warning",
};
const at = (name) => join(site, "notebook-list", name);
await build({ ...common, entryPoints: [at("list.js"), at("startup.js"), at("prompt.js"), at("link.js"), at("kernel.js"), at("kernel-worker.js"), at("list.css")] });
