// What a run needs, without Python: its data, first parameters, rates and batches, from the engine's
// own Python as the build compiled it (builder/javascript.py), and its kernels from files
// (kernel-files.js). The worker fetches this after the first picture, or when a change needs it.
// What is refused here, or is not there, is left to Python.

import { plan as planned } from "compiled-plan"; // micrograd_wasm/page/session.py
import { fileOfKernel, fileOfSurface, makeKernel, makeSurface } from "./kernel-files.js";
import { loaded } from "./python-values.js";

const { files, version } = KERNEL_FILES; // set by the build
const known = new Set(files);

/** A plan as Python answers it, or null. */
export function plan(config) {
  try {
    const { config: checked, kernel, surface, ...numbers } = planned(loaded(config));
    const { xs, ys, parameters, rates, batches } = numbers;
    return { kernel, surface, layerSizes: checked.sizes.map(Number), alpha: checked.alpha, xs, ys, parameters, rates, batches };
  } catch (error) {
    // What is refused is a RangeError. Anything else is a fault here: Python makes up for it, and the tests see it.
    if (!(error instanceof RangeError)) console.error(error);
    return null;
  }
}

const KINDS = new Map([["kernel", [fileOfKernel, makeKernel]], ["surface", [fileOfSurface, makeSurface]]]);
const contents = new Map();

/** Fetch what a training kernel ("kernel") or one for the plane ("surface") is made from, if there is a file. */
export async function fetchProgram(kind, key) {
  const name = KINDS.get(kind)[0](key);
  if (!known.has(name) || contents.has(name)) return;
  try {
    const answer = await fetch(new URL(`kernels/${name}.json?${version}`, import.meta.url));
    if (answer.ok) contents.set(name, await answer.json());
  } catch { /* no network, or no such file: Python has it */ }
}

/** {layout, binary} of such a kernel, if its file is there. */
export function program(kind, key) {
  const [nameOf, make] = KINDS.get(kind);
  const content = contents.get(nameOf(key));
  return content && make(key, content);
}
