// Replaces the .py files in zip archives (Python's standard library, wheels) by .pyc files, compiled
// by the very Python that will load them: Pyodide's, run here under Node. A browser tab then starts
// in about half the time.
//
//   node precompile.mjs <folder of the pyodide package> <output folder> [--keep-source] <archive>...

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const keepSource = process.argv.includes("--keep-source");
const [runtime, output, ...archives] = process.argv
  .slice(2)
  .filter((argument) => argument !== "--keep-source")
  .map((path) => resolve(path));

const { loadPyodide } = await import(pathToFileURL(join(runtime, "pyodide.mjs")).href);
const python = await loadPyodide({
  indexURL: runtime + "/",
  // Sets of constants are stored in hash order: a fixed seed makes the bytes the same every time.
  env: { PYTHONHASHSEED: "0" },
});

const script = readFileSync(new URL("precompile.py", import.meta.url), "utf8");
python.runPython(script, { filename: "precompile.py" });
const precompile = python.globals.get("precompile");

mkdirSync(output, { recursive: true });
for (const archive of archives) {
  const name = basename(archive);
  python.FS.writeFile("/" + name, readFileSync(archive));
  precompile("/" + name, "/compiled", keepSource);
  writeFileSync(join(output, name), python.FS.readFile("/compiled"));
}
