// A run's fingerprint as the engine defines it (micrograd_wasm/training/run.py): the SHA-256 of the history
// and the final parameters as little-endian float64s, -0 as 0. In JavaScript as well, because the
// first run is finished before Python is there, and the browser's own SHA-256 is missing on plain
// http addresses.

const words = (numbers) => Uint32Array.from(numbers, (x) => (x - Math.floor(x)) * 2 ** 32);
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
// FIPS 180-4, 4.2.2 and 5.3.3: the first 32 bits of the fractions of primes' cube and square roots.
const K = words(primes.map(Math.cbrt));
const START = words(primes.slice(0, 8).map(Math.sqrt));

export function fingerprint(history, parameters) {
  const numbers = new DataView(new ArrayBuffer(8 * (history.length + parameters.length)));
  let at = 0;
  for (const part of [history, parameters]) {
    for (let i = 0; i < part.length; i++, at += 8) numbers.setFloat64(at, part[i] + 0, true);
  }
  return sha256(new Uint8Array(numbers.buffer));
}

export function sha256(bytes) {
  const size = Math.ceil((bytes.length + 9) / 64) * 64;
  const padded = new Uint8Array(size);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(size - 4, (bytes.length * 8) >>> 0);
  const state = START.slice();
  const w = new Uint32Array(64);
  for (let block = 0; block < size; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}
