// Plans and kernels of the built site without Python, for test_without_python.py:
// node plans.mjs <dist/playground> <folder for files of one's own> <questions, a JSON file>

import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [playground, own, questions] = process.argv.slice(2);
// Node takes only .mjs for a module; what that fetches is beside the original.
copyFileSync(join(playground, "plan.js"), join(own, "plan.mjs"));
globalThis.fetch = async ({ pathname }) => {
  const text = readFileSync(join(playground, "kernels", pathname.split("/").pop()), "utf8");
  return { ok: true, json: async () => JSON.parse(text) };
};
const { plan, fetchProgram, program } = await import(pathToFileURL(join(own, "plan.mjs")).href);

const hex = ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString("hex");
const { configs, kernels, surfaces } = JSON.parse(readFileSync(questions, "utf8"));
const made = async (kind, key) => {
  await fetchProgram(kind, key);
  const found = program(kind, key);
  return found && [hex(found.binary), found.layout];
};
const answers = {
  plans: configs.map((config) => {
    const { xs, ys, parameters, rates, batches, ...facts } = plan(config) ?? {};
    return xs ? [facts, ...[xs, ys, parameters, rates, batches].map(hex)] : null;
  }),
  kernels: await Promise.all(kernels.map((key) => made("kernel", key))),
  surfaces: await Promise.all(surfaces.map((key) => made("surface", key))),
};
console.log(JSON.stringify(answers));
