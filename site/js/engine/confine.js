// What is taken from Python's worker before a reader's code runs there. It has no origin, hence none
// of the site's storage, and the page's policy keeps it from other hosts; what is left is to ask this
// host, to start workers of its own, and to speak to the page past its port. So all names but those
// of the language, and of what computes, go.

const LANGUAGE = "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape";
const COMPUTING = "AbortController AbortSignal Blob CustomEvent DOMException Event EventTarget File FormData Headers ImageData MessageChannel MessageEvent MessagePort Performance ReadableStream Request Response TextDecoder TextEncoder TransformStream URL URLSearchParams WritableStream addEventListener atob btoa clearInterval clearTimeout console constructor crypto dispatchEvent location performance queueMicrotask removeEventListener self setInterval setTimeout structuredClone";
const KEPT = new Set(`${LANGUAGE} ${COMPUTING}`.split(" "));
// Of Python's own: what Pyodide and its modules have put there.
const PYTHONS = /^(_|pyodide|loadPyodide|createPyodideModule)/;

const refused = () => Promise.reject(new Error("there is no network here: what this Python runs stays in the tab"));

export function confine() {
  const { userAgent, platform, language, languages, hardwareConcurrency } = navigator;
  for (let at = self; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (!KEPT.has(name) && !PYTHONS.test(name)) Reflect.deleteProperty(at, name);
  }
  self.fetch = refused;
  self.navigator = Object.freeze({ userAgent, platform, language, languages, hardwareConcurrency });
}
