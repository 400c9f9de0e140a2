// Kernels without Python: made from the files that the build wrote (builder/kernel_files.py), byte
// for byte those that the engine emits for the same key.

/** The names of the files: for a kernel's key the one it is made from, or undefined. */
function familyOf([sizes, activations, ...loss]) {
  return [sizes.join("-"), activations.join("-") || "none", ...loss].join(".");
}

function variantOf(examples, batch) {
  if (batch === 1) return "one";
  return (batch % 2 ? "odd" : "even") + (batch < examples ? "-batches" : "");
}

export function fileOfKernel(key) {
  const [sizes, activations, loss, examples, batch] = JSON.parse(key);
  return `${familyOf([sizes, activations, loss])}.${variantOf(examples, batch)}`;
}

export const fileOfSurface = (key) => `${familyOf(JSON.parse(key))}.surface`;

export const bytesOfHex = (digits) => Uint8Array.from({ length: digits.length / 2 }, (_, k) => parseInt(digits.slice(2 * k, 2 * k + 2), 16));

/** The kernel of a key, {layout, binary}, from its file's content. */
export function makeKernel(key, { layout, parameters, steps: [most, work], code, before, between, after }) {
  const [, , , examples, batch] = JSON.parse(key);
  const steps = Math.max(1, Math.min(most, Math.floor(work / (batch * parameters))));
  const counts = [1, examples, batch, steps];
  const sum = (factors) => factors.reduce((total, factor, k) => total + factor * counts[k], 0);
  const addresses = Object.fromEntries(Object.entries(layout).map(([name, factors]) => [name, sum(factors)]));
  // An int32 for each example of each step, on a multiple of 8.
  const batches = batch < examples ? 8 * Math.ceil((batch * steps) / 2) : 0;
  const pages = Math.ceil((addresses.batches + batches) / 65536);
  const write = {
    signed: (factors) => signed(sum(factors)),
    unsigned: (factors) => unsigned(sum(factors)),
    share: () => float64(1 / batch),
    float: () => float64(batch),
  };
  const functions = code.map((pieces) => sized(pieces.flatMap((piece) => (
    typeof piece === "string" ? [bytesOfHex(piece)] : [write[piece[0]](piece[1])]
  ))));
  const binary = joined([
    bytesOfHex(before), section(5, [unsigned(1), [0], unsigned(pages)]), bytesOfHex(between),
    section(10, [unsigned(functions.length), ...functions]), bytesOfHex(after),
  ]);
  return { layout: { ...addresses, call_steps: steps, parameter_count: parameters }, binary };
}

export const makeSurface = (_, { layout, binary }) => ({ layout, binary: bytesOfHex(binary) });

// -- the binary format ----------------------------------------------------------------------------

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function unsigned(number) {
  const bytes = [];
  for (; number >= 128; number >>>= 7) bytes.push((number & 127) | 128);
  return [...bytes, number];
}

function signed(number) {
  const bytes = [];
  for (; number < -64 || number >= 64; number >>= 7) bytes.push((number & 127) | 128);
  return [...bytes, number & 127];
}

const float64 = (number) => new Uint8Array(Float64Array.of(number).buffer);

function sized(parts) {
  const content = joined(parts);
  return joined([unsigned(content.length), content]);
}

const section = (number, parts) => joined([[number], sized(parts)]);
