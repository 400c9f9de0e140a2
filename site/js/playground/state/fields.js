// The kinds of fields a configuration is made of: how each is read from a link's text, cleaned
// into bounds, and written back. What `clean` returns is always a sane value or undefined; names
// are looked up in Maps and arrays, never on an object, so "constructor" is just an unknown word.

/** A value in a notice, in a few words. */
export const written = (raw) => {
  const text = worded(raw);
  return text.length > 40 ? text.slice(0, 39) + "…" : text;
};
function worded(raw) {
  if (raw === "") return "nothing";
  if (Number.isNaN(raw)) return "something that is no number";
  try {
    return typeof raw === "string" ? raw : JSON.stringify(raw) ?? String(raw);
  } catch { // what JSON has no words for: circles, big integers
    return `a value of type ${typeof raw}`;
  }
}
const bad = (raw, want) => ({ value: undefined, notice: `must be ${want}, not ${written(raw)}` });

export function choice(options) {
  return {
    options,
    fromText: (text) => text,
    toText: (value) => value,
    clean(raw) {
      return options.includes(raw) ? { value: raw } : bad(raw, "one of " + options.join(", "));
    },
  };
}

export function number(minimum, maximum, { whole = false, scale = "linear", step, why } = {}) {
  const want = `${whole ? "a whole number" : "a number"} from ${minimum} to ${maximum}${why ? ` (${why})` : ""}`;
  return {
    minimum, maximum, whole, scale, step: step ?? (whole ? 1 : 0.01),
    // What is no number stays as it was written, for the notice.
    fromText: (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text)),
    toText: String,
    clean(raw) {
      if (typeof raw !== "number" || Number.isNaN(raw)) return bad(raw, want);
      const fit = Math.min(maximum, Math.max(minimum, whole ? Math.round(raw) : raw)) || 0;
      return fit === raw ? { value: fit } : { value: fit, notice: `must be ${want}, so ${written(raw)} became ${fit}` };
    },
  };
}

export const integer = (minimum, maximum, more) => number(minimum, maximum, { ...more, whole: true });

/** A seed is one number (NumPy's and Python's streams) or three (Erlang's). */
export function seed(largest) {
  const isSane = (raw) => Number.isInteger(raw) && raw >= 0 && raw <= largest;
  return {
    fromText(text) {
      const parts = text.trim().replace(/^[([]|[)\]]$/g, "").split(/[\s,]+/).map((part) => (/^\d+$/.test(part) ? Number(part) : NaN));
      return parts.length === 1 ? parts[0] : parts;
    },
    toText: (value) => [value].flat().join(","),
    clean(raw) {
      const sane = isSane(raw) || (Array.isArray(raw) && raw.length === 3 && raw.every(isSane));
      return sane ? { value: Array.isArray(raw) ? [...raw] : raw } : bad(raw, "one whole number, or three with commas");
    },
  };
}

/** Up to `most` values of one kind, with commas between. */
export function list(kind, most, what) {
  return {
    kind, most,
    fromText: (text) => (text === "" ? [] : text.split(",", 2000).map(kind.fromText)),
    toText: (values) => values.map(kind.toText).join(","),
    clean(raw) {
      if (!Array.isArray(raw)) return bad(raw, `a list of ${what}`);
      const notices = raw.length > most ? [`can hold ${most} ${what}; the other ${raw.length - most} were left out`] : [];
      const values = [];
      for (const item of raw.slice(0, most)) {
        const { value, notice } = kind.clean(item);
        if (notice) notices.push(notice);
        if (value === undefined) return { value: undefined, notice };
        values.push(value);
      }
      return { value: values, notice: notices[0] };
    },
  };
}

/** Some of these names; one that is unknown is left out by itself. */
export function names(options, what) {
  return {
    options,
    fromText: (text) => text.split(",", 2000).map((name) => name.trim()).filter(Boolean),
    toText: (values) => values.join(","),
    clean(raw) {
      if (!Array.isArray(raw)) return bad(raw, `a list of ${what}`);
      const known = options.filter((name) => raw.includes(name));
      const unknown = raw.filter((name) => !options.includes(name));
      const notice = unknown.length ? `leave out ${unknown.slice(0, 3).map((name) => `“${written(name)}”`).join(", ")}${unknown.length > 3 ? ` and ${unknown.length - 3} more` : ""}: this page has no such ${what}` : undefined;
      return { value: known, notice };
    },
  };
}

export function optional(kind, word) {
  return {
    kind,
    fromText: (text) => (text === word ? null : kind.fromText(text)),
    toText: (value) => (value === null ? word : kind.toText(value)),
    clean: (raw) => (raw === null ? { value: null } : kind.clean(raw)),
  };
}

/** A text of this form, or none. */
export const text = (form, want) => ({
  fromText: (given) => given,
  toText: (value) => value,
  clean: (raw) => (raw === "" || (typeof raw === "string" && form.test(raw)) ? { value: raw } : bad(raw, want)),
});

export const flag = {
  fromText: (text) => (text === "1" || text === "" ? true : text === "0" ? false : text),
  toText: (value) => (value ? "1" : "0"),
  clean: (raw) => (typeof raw === "boolean" ? { value: raw } : bad(raw, "1 or 0")),
};

/**
 * How the learning rate runs: {kind, start, end}; in a link "linear:1:0.1". A number is a constant rate.
 * `ratesOf` says which rates each kind takes: none, "start", or "start" and "end". The usual one has
 * a kind with rates of its own.
 */
export function schedule(ratesOf, rate, usual) {
  const kinds = Object.keys(ratesOf), kind = choice(kinds);
  const takes = (name, end) => kinds.includes(name) && ratesOf[name].includes(end);
  const [constant, linear] = ["start", "end"].map((last) => kinds.find((name) => ratesOf[name].at(-1) === last));
  /** The kind that is meant where none is named, or undefined. */
  const meant = ({ start, end }) => (end !== undefined ? linear : start !== undefined ? constant : undefined);
  return {
    kinds, rate, takes,
    fromText(text) {
      const [name, ...rates] = text.split(":");
      if (!rates.length && !kinds.includes(name)) return rate.fromText(text);
      const [start, end, ...more] = rates.map(rate.fromText);
      const raw = { kind: name, start, end: end ?? (takes(name, "end") ? start : undefined), more: more.length ? more : undefined };
      return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
    },
    toText: (value) => [value.kind, ...ratesOf[value.kind].map((end) => value[end])].join(":"),
    clean(raw) {
      if (typeof raw === "number") {
        const { value, notice } = rate.clean(raw);
        return { value: value === undefined ? undefined : { kind: constant, start: value, end: value }, notice };
      }
      if (raw === null || typeof raw !== "object" || Array.isArray(raw)) return bad(raw, "a number, or a schedule of kind, start and end");
      const given = (key) => (Object.hasOwn(raw, key) ? raw[key] : undefined);
      const found = [kind.clean(given("kind") ?? meant(raw)), ...["start", "end"].map((key) => rate.clean(given(key) ?? usual[key]))];
      const notice = found.find((one) => one.notice)?.notice;
      if (found.some((one) => one.value === undefined)) return { value: undefined, notice };
      const [name, start, end] = found.map((one) => one.value);
      const value = { kind: name, start, end: !takes(name, "end") && given("end") === undefined ? start : end };
      if (name === usual.kind) Object.assign(value, usual);
      return { value, notice };
    },
    /** What somebody gave that their schedule has no place for, in words. */
    surplus(raw, { kind: name }) {
      if (Object(raw) !== raw) return undefined;
      const own = ratesOf[name];
      const odd = Object.keys(raw).filter((key) => !["kind", ...own].includes(key) && (key !== "end" || raw.end !== raw.start) && !(name === usual.kind && raw[key] === usual[key]));
      return odd.length ? `“${name}” has ${own.length ? `no more than ${own.join(" and ")}` : "rates of its own"}, so the rest of ${written(raw)} was left out` : undefined;
    },
  };
}

/** Rows [x, y, label]; in a link "0.5,-1,1;2,0,-1". */
export function rows(most, reach) {
  return {
    most, reach,
    fromText: (text) => (text === "" ? [] : text.split(";", 5000).map((row) => row.split(",").map((part) => (part.trim() ? Number(part) : NaN)))),
    toText: (values) => values.map((row) => row.join(",")).join(";"),
    clean(raw) {
      if (!Array.isArray(raw)) return bad(raw, "a list of points");
      const sane = (row) => Array.isArray(row) && row.length === 3 && row.every(Number.isFinite)
        && Math.abs(row[0]) <= reach && Math.abs(row[1]) <= reach && Math.abs(row[2]) === 1;
      const kept = raw.filter(sane).slice(0, most).map((row) => [...row]);
      const lost = raw.length - kept.length;
      const notice = lost ? `left out ${lost} of ${raw.length}: a point is x,y,label with a label of -1 or 1, and there are at most ${most}` : undefined;
      return { value: kept, notice };
    },
  };
}
