// The oldest browsers for which the site is built: site/browsers.json, the one place that names them.
//
// What asks for them: `color-mix()` in styles (Chrome 111), `:has()` in styles (Firefox 121), vectors in
// WebAssembly and `adoptedStyleSheets` (Safari 16.4). site/js/shared/browser-support.js asks a
// browser for these. What else is newer in the language esbuild writes in older words, or refuses to build.

import { readFileSync } from "node:fs";

const oldest = Object.entries(JSON.parse(readFileSync(new URL("../browsers.json", import.meta.url), "utf8")));

/** For esbuild. */
export const target = oldest.map(([name, version]) => `${name.toLowerCase()}${version}`);
/** What the pages say of it. */
export const BROWSERS = JSON.stringify(oldest.map((one) => one.join(" ")).join(", "));
