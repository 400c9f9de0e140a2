// node read_fragments.mjs <JSON: a list of fragments>: the playground's notices about each.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entry = fileURLToPath(new URL("../../site/js/playground/state/state.js", import.meta.url));
const { outputFiles: [{ text }] } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
const { readFragment } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
const fragments = JSON.parse(process.argv[2]);
console.log(JSON.stringify(fragments.map((fragment) => readFragment(fragment).notices)));
