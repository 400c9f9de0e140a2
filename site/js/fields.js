// The kinds of fields a configuration is made of: how each is read from a link's text, cleaned
// into bounds, and written back. What `clean` returns is always a sane value or undefined; names
// are looked up in Maps and arrays, never on an object, so "constructor" is just an unknown word.

function written(raw) {
  if (raw === "") return "nothing";
  if (Number.isNaN(raw)) return "something that is no number";
  try {
    return typeof raw === "string" ? raw : JSON.stringify(raw) ?? String(raw);
  } catch { // what JSON has no words for: circles, big integers
    return `a value of type ${typeof raw}`;
  }
}
const cut = (raw) => {
  const text = written(raw);
  return text.length > 40 ? text.slice(0, 39) + "…" : text;
};
const bad = (raw, want) => ({ value: undefined, notice: `must be ${want}, not ${cut(raw)}` });

export function choice(...options) {
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
      return fit === raw ? { value: fit } : { value: fit, notice: `must be ${want}, so ${cut(raw)} became ${fit}` };
    },
  };
}

export const integer = (minimum, maximum, more) => number(minimum, maximum, { ...more, whole: true });

const SEED_MAX = 4294967295;
const seedNumber = (raw) => Number.isInteger(raw) && raw >= 0 && raw <= SEED_MAX;

/** A seed is one number (NumPy's and Python's streams) or three (Erlang's). */
export const seed = {
  fromText(text) {
    const parts = text.trim().replace(/^[([]|[)\]]$/g, "").split(/[\s,]+/).map((part) => (/^\d+$/.test(part) ? Number(part) : NaN));
    return parts.length === 1 ? parts[0] : parts;
  },
  toText: (value) => [value].flat().join(","),
  clean(raw) {
    const sane = seedNumber(raw) || (Array.isArray(raw) && raw.length === 3 && raw.every(seedNumber));
    return sane ? { value: Array.isArray(raw) ? [...raw] : raw } : bad(raw, "one whole number, or three with commas");
  },
};

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
      const notice = unknown.length ? `leave out ${unknown.slice(0, 3).map((name) => `“${cut(name)}”`).join(", ")}${unknown.length > 3 ? ` and ${unknown.length - 3} more` : ""}: this page has no such ${what}` : undefined;
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

/** How the learning rate runs: {kind, start, end}; in a link "linear:1:0.1". */
export function schedule(kinds, rate, usual) {
  const kind = choice(...kinds);
  return {
    kinds, rate,
    fromText(text) {
      const [name, start, end] = text.split(":");
      const raw = { ...usual, kind: name };
      if (start !== undefined) raw.start = raw.end = rate.fromText(start);
      if (end !== undefined) raw.end = rate.fromText(end);
      return raw;
    },
    toText({ kind: name, start, end }) {
      return name === "official" ? name : name === "constant" ? `${name}:${start}` : `${name}:${start}:${end}`;
    },
    clean(raw) {
      if (raw === null || typeof raw !== "object") return bad(raw, "a schedule");
      const own = (key) => (Object.hasOwn(raw, key) ? raw[key] : usual[key]);
      const found = [kind.clean(own("kind")), rate.clean(own("start")), rate.clean(own("end"))];
      const notice = found.find((one) => one.notice)?.notice;
      if (found.some((one) => one.value === undefined)) return { value: undefined, notice };
      const value = { kind: found[0].value, start: found[1].value, end: found[2].value };
      if (value.kind === "official") Object.assign(value, usual, { kind: "official" });
      return { value, notice };
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
