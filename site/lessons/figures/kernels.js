// The functions that the engine compiled for a figure, ready to call.

const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** {name: (...numbers) => result}: a number, or an array of them; NaN first where there is none. */
export function functionsOf(kernels) {
  return Object.fromEntries(Object.entries(kernels).map(([name, text]) => {
    const { value, value_and_gradients: both } = new WebAssembly.Instance(new WebAssembly.Module(bytes(text))).exports;
    return [name, Object.assign((...numbers) => value(...numbers), { both: both && ((...numbers) => both(...numbers)) })];
  }));
}

export const doubles = (text) => new Float64Array(bytes(text).buffer);
export const integers = (text) => new Int32Array(bytes(text).buffer);
export { bytes };
