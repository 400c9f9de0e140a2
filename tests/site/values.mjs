// Calls functions of python-values.js, for test_without_python.py:
// node values.mjs <folder with a copy of it as values.mjs> <cases, a JSON file>
// A number is written as "i" and its hexadecimal digits, or as "f" and its eight bytes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, path] = process.argv.slice(2);
const values = await import(pathToFileURL(join(folder, "values.mjs")).href);
const read = (text) => {
  if (text[0] === "i") return text[1] === "-" ? -BigInt(`0x${text.slice(2)}`) : BigInt(`0x${text.slice(1)}`);
  return Buffer.from(text.slice(1), "hex").readDoubleBE(0);
};
const write = (value) => {
  if (Array.isArray(value)) return value.map(write);
  if (typeof value === "bigint") return `i${value.toString(16)}`;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return `f${bytes.toString("hex")}`;
};
const draws = ([seed, ...counts]) => {
  const stream = new values.Random(read(seed));
  return [stream.random(), ...counts.map((count) => stream.getrandbits(read(count))), stream.random()];
};
console.log(JSON.stringify(JSON.parse(readFileSync(path, "utf8")).map(([name, ...given]) => {
  try {
    return write(name === "draws" ? draws(given) : values[name](...given.map(read)));
  } catch (error) {
    return error.message;
  }
})));
