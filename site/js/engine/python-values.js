// What Python's operators, types and a little of its standard library mean, for the parts of the
// engine that the build compiles to JavaScript (builder/javascript.py). An int is a BigInt, a float a
// Number, a list or tuple an Array, a dict a Map. What is exact in Python is exact here.

const isInt = (value) => typeof value === "bigint";

/** What the engine refuses, and what would not be exact here, is left to Python, which says why. */
export function refuse() {
  throw new RangeError("left to Python");
}

// -- arithmetic -----------------------------------------------------------------------------------

export function add(a, b) {
  if (typeof a === typeof b && !Array.isArray(a)) return a + b;
  return Array.isArray(a) ? [...a, ...b] : Number(a) + Number(b);
}

/** `a += b`: a list is changed, not made anew. */
export function iadd(a, b) {
  if (!Array.isArray(a)) return add(a, b);
  extend(a, b);
  return a;
}

export const sub = (a, b) => (typeof a === typeof b ? a - b : Number(a) - Number(b));

export function mul(a, b) {
  if (typeof a === typeof b) return a * b;
  if (Array.isArray(a)) return Array.from({ length: a.length * Number(b) }, (_, k) => a[k % a.length]);
  return Number(a) * Number(b);
}

export function div(a, b) {
  if (!b) refuse();
  return isInt(a) && isInt(b) ? quotient(a, b) : Number(a) / Number(b);
}

export function floordiv(a, b) {
  if (!isInt(a) || !isInt(b) || !b) refuse();
  const whole = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? whole - 1n : whole;
}

export function mod(a, b) {
  if (!b) refuse();
  const rest = isInt(a) && isInt(b) ? a % b : Number(a) % Number(b);
  return rest && rest < 0 !== b < 0 ? add(rest, b) : rest;
}

const SAFE = 2n ** 53n;
const sizeOf = (value) => value.toString(16).length * 4; // bits, to within 4
const magnitude = (value) => (value < 0n ? -value : value);

/** Two ints' quotient, rounded once. */
function quotient(a, b) {
  if (magnitude(a) <= SAFE && magnitude(b) <= SAFE) return Number(a) / Number(b);
  const [top, bottom] = [magnitude(a), magnitude(b)];
  // So many bits that a last one, set where anything is left over, decides how it rounds.
  const shift = BigInt(72 - sizeOf(top) + sizeOf(bottom));
  const [over, under] = shift >= 0n ? [top << shift, bottom] : [top, bottom << -shift];
  const whole = Number((over / under) | (over % under ? 1n : 0n)) * (a < 0n !== b < 0n ? -1 : 1);
  return ldexp(whole, -shift);
}

export function abs(value) {
  return isInt(value) ? magnitude(value) : Math.abs(value);
}

const best = (better) => (...given) => {
  const values = given.length === 1 ? [...iterate(given[0])] : given;
  return values.reduce((a, b) => (better(b, a) ? b : a));
};
export const max = best((a, b) => a > b);
export const min = best((a, b) => a < b);

/** To the nearest int, halves to the even one. */
export function round(value) {
  if (isInt(value)) return value;
  const low = Math.floor(value), rest = value - low;
  return BigInt(rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1);
}

export const int = (value) => (isInt(value) ? value : BigInt(Math.trunc(value)));
export const float = Number;

// -- math -----------------------------------------------------------------------------------------

const bits = new DataView(new ArrayBuffer(8));

/** 2**n for -1022 <= n <= 1023. */
function power(n) {
  if (n < -1022 || n > 1023) refuse();
  bits.setBigUint64(0, BigInt(n + 1023) << 52n);
  return bits.getFloat64(0);
}

/** value * 2**n where that is a normal number or 0, and so exact. */
export function ldexp(value, n) {
  const half = Math.trunc(Number(n) / 2);
  const scaled = Number(value) * power(half) * power(Number(n) - half);
  if (scaled && !(Math.abs(scaled) >= 2 ** -1021 && Math.abs(scaled) < Infinity)) refuse();
  return scaled;
}

/** value = m * 2**n with 0.5 <= abs(m) < 1: [m, n]. */
export function frexp(value) {
  if (!value) return [value, 0n];
  bits.setFloat64(0, value);
  const exponent = (bits.getUint16(0) >> 4) & 2047;
  if (exponent === 0 || exponent === 2047) refuse();
  bits.setUint16(0, (bits.getUint16(0) & 0x800f) | (1022 << 4));
  return [bits.getFloat64(0), BigInt(exponent - 1022)];
}

export function as_integer_ratio(value) {
  const [m, n] = frexp(value);
  let whole = BigInt(m * 2 ** 53), exponent = n - 53n;
  while (exponent < 0n && whole && !(whole & 1n)) [whole, exponent] = [whole >> 1n, exponent + 1n];
  if (!whole) return [0n, 1n];
  return exponent < 0n ? [whole, 1n << -exponent] : [whole << exponent, 1n];
}

export const copysign = (size, sign) => (Math.abs(Number(size)) * (sign < 0 || Object.is(sign, -0) ? -1 : 1));
export const sqrt = (value) => (value >= 0 ? Math.sqrt(Number(value)) : refuse());

// -- types ----------------------------------------------------------------------------------------

export function type(value) {
  if (value === null || value === undefined) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (value instanceof Map) return "dict";
  return { bigint: "int", number: "float", string: "str", boolean: "bool" }[typeof value];
}

export const isinstance = (value, kinds) => kinds.some((kind) => kind === type(value) || (kind === "tuple" && Array.isArray(value)));

export function eq(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, k) => eq(one, b[k]));
  const numbers = (typeof a === "bigint" || typeof a === "number") && (typeof b === "bigint" || typeof b === "number");
  return numbers ? a == b : a === b;
}

export function le(a, b) {
  return a instanceof Set ? [...a].every((one) => b.has(one)) : a <= b;
}

// -- lists and dicts ------------------------------------------------------------------------------

// Two lists of the same numbers are one key.
const keyOf = (key) => (Array.isArray(key) ? `list ${key.map((one) => keyOf(one)).join()}` : key);

export const iterate = (value) => (value instanceof Map ? value.keys() : value);
export const items = (map) => [...map];
export const values = (map) => [...map.values()];
export const get = (map, key, usual = null) => map.get(keyOf(key)) ?? usual;
export const clear = (map) => map.clear();
export const extend = (list, more) => { for (const one of iterate(more)) list.push(one); };
export const sort = (list, key) => { list.splice(0, list.length, ...sorted(list, key)); };
export const tolist = (list) => [...list];
export const dict = (value = []) => new Map(value);
export const append = (list, value) => { list.push(value); };
export const list = (value = []) => [...iterate(value)];
export const tuple = list;
export const set = (value = []) => new Set(iterate(value));
export const len = (value) => BigInt(value.size ?? value.length);
export const next = (generator) => generator.next().value;
export const getter = (list) => (key) => at(list, key);
export const has = (where, value) => (where instanceof Map ? where.has(keyOf(value)) : [...where].some((one) => eq(one, value)));

export function at(where, key) {
  const found = where instanceof Map ? where.get(keyOf(key)) : where.at(Number(key));
  return found === undefined ? refuse() : found;
}

export function put(where, key, value) {
  if (where instanceof Map) where.set(keyOf(key), value);
  else where[Number(key < 0 ? Number(key) + where.length : key)] = value;
}

export function slice(list, from, to, step) {
  const part = list.slice(from === null ? 0 : Number(from), to === null ? undefined : Number(to));
  return step === null ? part : part.filter((_, k) => k % Number(step) === 0);
}

/** `del list[from:to]`. */
export function drop(list, from, to) {
  const first = from === null ? 0 : Number(from);
  list.splice(first, (to === null ? list.length : Number(to)) - first);
}

export function range(...ends) {
  const [from, to] = ends.length === 1 ? [0n, ends[0]] : ends;
  const step = ends[2] ?? 1n;
  const found = [];
  for (let at = from; step > 0n ? at < to : at > to; at += step) found.push(at);
  return found;
}

export const enumerate = (value, from = 0n) => [...iterate(value)].map((one, k) => [BigInt(k) + from, one]);

export function zip(...given) {
  const lists = given.map((one) => [...iterate(one)]);
  const count = Math.min(...lists.map(({ length }) => length));
  return Array.from({ length: count }, (_, k) => lists.map((one) => one[k]));
}

export function sorted(value, key = (one) => one) {
  const pairs = [...iterate(value)].map((one) => [key(one), one]);
  return pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
}

export const join = (between, texts) => texts.join(between);
export const bit_length = (value) => BigInt(magnitude(value) ? magnitude(value).toString(2).length : 0);

const KINDS = new Map([["d", Float64Array], ["i", Int32Array]]);
/** Floats and ints that go to a kernel; words of other sizes stay a list of ints. */
export const array = (kind, numbers = []) => (KINDS.has(kind) ? KINDS.get(kind).from([...numbers], Number) : [...numbers]);

// -- bytes, the lowest first: lists of numbers from 0 to 255 --------------------------------------

export const bytearray = () => [];

/** An int's bytes. */
export function to_bytes(value, count) {
  const digits = value.toString(16).padStart(2 * Number(count), "0");
  if (digits.length > 2 * Number(count)) refuse();
  return Array.from({ length: Number(count) }, (_, k) => parseInt(digits.substr(digits.length - 2 * k - 2, 2), 16));
}

const fromBytes = (bytes) => BigInt(`0x0${bytes.map((one) => one.toString(16).padStart(2, "0")).reverse().join("")}`);

/** Words of up to 64 bits as one int, the first one lowest. */
export const joined = (words) => fromBytes(words.flatMap((word) => to_bytes(word, 8)));

/** So many times the same word of `size` bytes, as one int. */
export const repeated = (word, size, count) => fromBytes(Array.from({ length: Number(count) }, () => to_bytes(word, size)).flat());

/** Bytes as words of 4 ("I") or 8 ("Q"). */
export function words(kind, bytes) {
  const Kind = kind === "I" ? Uint32Array : BigUint64Array;
  return Array.from(new Kind(Uint8Array.from(bytes).buffer), BigInt);
}

/** JSON without spaces, of texts, ints and lists. */
export const dumps = (value) => JSON.stringify(value, (_, one) => (isInt(one) ? Number(one) : one));

/** A JSON value as Python reads it: whole numbers are ints. */
export function loaded(value) {
  if (Array.isArray(value)) return value.map(loaded);
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== "object") return value;
  return new Map(Object.entries(value).map(([name, one]) => [name, loaded(one)]));
}

// -- functools, random ----------------------------------------------------------------------------

const KEPT = 16;
const kept = new Map();

/** The result of a function, kept for the arguments that it had lately. */
export function cached(name, act, args) {
  const results = kept.get(name) ?? kept.set(name, new Map()).get(name);
  const key = keyOf(args);
  const known = results.get(key) ?? act(...args);
  results.delete(key);
  results.set(key, known);
  if (results.size > KEPT) results.delete(results.keys().next().value);
  return known;
}

/** Python's `random.Random`: MT19937 (Matsumoto and Nishimura, 1998), seeded by an int >= 0. */
export class Random {
  #state = new Uint32Array(624);
  #at = 624;

  constructor(seed) {
    if (seed === undefined) return;
    const key = [];
    for (let rest = seed; rest; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
    this.#seedByArray(key.length ? key : [0]);
  }

  #seedByArray(key) {
    const state = this.#state;
    state[0] = 19650218;
    for (let k = 1; k < 624; k++) state[k] = Math.imul(1812433253, state[k - 1] ^ (state[k - 1] >>> 30)) + k;
    let i = 1, j = 0;
    const step = (factor, more) => {
      state[i] = (state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), factor)) + more;
      if (++i === 624) { state[0] = state[623]; i = 1; }
    };
    for (let k = Math.max(624, key.length); k; k--) {
      step(1664525, key[j] + j);
      j = (j + 1) % key.length;
    }
    for (let k = 623; k; k--) step(1566083941, -i);
    state[0] = 0x80000000;
  }

  setstate([, words]) {
    this.#state = Uint32Array.from(words.slice(0, 624), Number);
    this.#at = Number(words[624]);
  }

  #word() {
    const state = this.#state;
    if (this.#at === 624) {
      for (let k = 0; k < 624; k++) {
        const mixed = (state[k] & 0x80000000) | (state[(k + 1) % 624] & 0x7fffffff);
        state[k] = state[(k + 397) % 624] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
      }
      this.#at = 0;
    }
    let word = state[this.#at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** A float in [0, 1) of 53 bits. */
  random() {
    const high = this.#word() >>> 5, low = this.#word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** The state as Python has it: 624 words and a position. */
  getstate() {
    return [3n, [...Array.from(this.#state, BigInt), BigInt(this.#at)], null];
  }

  /** An int of so many bits: word by word, the lowest first. */
  getrandbits(count) {
    const found = [];
    for (let rest = Number(count); rest > 0; rest -= 32) found.push(this.#word() >>> Math.max(0, 32 - rest));
    return BigInt(`0x0${found.map((word) => word.toString(16).padStart(8, "0")).reverse().join("")}`);
  }
}
