// node read_fragments.mjs, with a list of fragments as JSON for its input: what the playground makes
// of each, its notices and the configuration of its run.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entry = fileURLToPath(new URL("../../site/js/playground/state/state.js", import.meta.url));
const { outputFiles: [{ text }] } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
const { configOf, readFragment } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
const fragments = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(fragments.map(readFragment).map(({ state, notices }) => ({ notices, config: configOf(state) }))));
