// Python's files. The page fetches them, because Python's worker has no origin and may fetch nothing:
// its script as an address that holds it whole, the others as bytes, and the WebAssembly compiled
// while it arrives. Script and WebAssembly are kept: after a Stop, Python is there again sooner.

import { named } from "./remote-calls.js";
import { addressOf } from "../shared/new-worker.js";

// Set by the build: the bytes of each file of static/pyodide/ that is fetched, and the lock's hash.
const { sizes, version } = PYTHON_FILES;
const WASM = "pyodide.asm.wasm", LOCK = "pyodide-lock.json";
// Each module as an expression of what it exports; the build looks whether they end like this.
const MODULES = {
  "pyodide.mjs": [/export\s*\{\s*(\w+) as loadPyodide\b[^}]*\};?/, "loadPyodide"],
  "pyodide.asm.mjs": [/export default (\w+);/, "createPyodideModule"],
};
/** How many bytes that is in all. */
export const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
const QUIET_S = 12;
let keptScript = null, keptWasm = null;
let failed = false; // then the browser may keep something wrong: ask past it

/** Python did not start: what is kept may be wrong, here and in the browser. All is fetched anew. */
export function forgetPython() {
  keptScript = keptWasm = null;
  failed = true;
}

/**
 * Fetch what is not kept.
 *
 * @param {object} options
 * @param {string} options.root the site's address
 * @param {string} options.file the address of python.js
 * @param {AbortSignal} options.signal ends it
 * @param {(stage: {name: string, loadedBytes: number, totalBytes: number}) => void} options.onStage
 * @returns {{script: Promise<string>, files: Map<string, Promise<ArrayBuffer|WebAssembly.Module>>, lost: Promise<never>}}
 *   the worker's address, the files by name, and the BootError of the first that does not come
 */
export function fetchPython({ root, file, signal, onStage }) {
  const folder = new URL("static/pyodide/", root);
  const again = failed;
  let loaded = 0, told = 0, quiet = 0, fail;
  const lost = new Promise((_, reject) => { fail = reject; });
  lost.catch(() => null);
  const missing = (name, why) => {
    const error = named("BootError", `${name}: ${why}`, { stage: "download" });
    if (!signal.aborted) failed = true;
    fail(error);
    return error;
  };
  function count(bytes) {
    loaded += bytes;
    clearTimeout(quiet);
    if (!signal.aborted) quiet = setTimeout(() => missing("Python’s files", `nothing came for ${QUIET_S} seconds`), 1000 * QUIET_S);
    if (loaded - told > 200_000 || loaded === total) {
      told = loaded;
      onStage({ name: loaded === total ? "python" : "download", loadedBytes: loaded, totalBytes: total });
    }
  }
  signal.addEventListener("abort", () => clearTimeout(quiet));
  lost.catch(() => clearTimeout(quiet));

  /** One file, counted on its way. One that comes in part has not come. */
  async function response(name, address = new URL(name, folder)) {
    const answer = await fetch(address, { signal, cache: again ? "reload" : "default" }).catch((error) => { throw missing(name, error.message); });
    if (!answer.ok) throw missing(name, `${answer.status} ${answer.statusText}`.trim());
    const size = sizes[name];
    let came = 0;
    const counting = new TransformStream({
      transform(chunk, controller) {
        came += chunk.length;
        if (came > size) throw missing(name, `more than its ${size} bytes came`);
        if (size) count(chunk.length);
        controller.enqueue(chunk);
      },
      flush() { if (size && came < size) throw missing(name, `${came} of ${size} bytes came`); },
    });
    return new Response(answer.body.pipeThrough(counting), { headers: { "content-type": name === WASM ? "application/wasm" : "text/plain" } });
  }
  const bytes = async (name) => (await response(name, name === LOCK ? new URL(`${LOCK}?${version}`, folder) : undefined)).arrayBuffer();
  const text = async (name, address) => (await response(name, address)).text();

  async function script() {
    const [own, ...modules] = await Promise.all([text("python.js", file), ...Object.keys(MODULES).map((name) => text(name))]);
    if (!own.endsWith("//whole\n")) throw missing("python.js", "only a part of it came, or something else");
    const parts = Object.values(MODULES).map(([end, name], at) => `const ${name} = (() => {${modules[at].replace(end, "return $1;")}\n})();`);
    return addressOf([...parts, own].join("\n"), file);
  }
  const compiled = async () => WebAssembly.compileStreaming(await response(WASM)).catch((error) => { throw missing(WASM, error.message); });
  onStage({ name: "download", loadedBytes: 0, totalBytes: total });
  count(0);
  const given = keptScript ?? script(), wasm = keptWasm ?? compiled();
  if (keptScript) for (const name of Object.keys(MODULES)) count(sizes[name]);
  if (keptWasm) count(sizes[WASM]);
  given.then(() => { keptScript = given; }, () => null);
  wasm.then(() => { keptWasm = wasm; }, () => null);
  const others = Object.keys(sizes).filter((name) => name !== WASM && !MODULES[name]);
  const files = new Map([[WASM, wasm], ...others.map((name) => [name, bytes(name)])]);
  for (const one of files.values()) one.catch(() => null); // told by `lost`
  Promise.allSettled([given, ...files.values()]).then(() => { clearTimeout(quiet); quiet = null; });
  return { script: given, files, lost };
}
