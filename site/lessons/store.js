// What a reader writes and has passed, on this device: one entry for each lesson. A frame that may
// keep nothing remembers until it closes.

const PREFIX = "micrograd-lesson:";
const KIND = "micrograd-lessons";
const memory = new Map();
let storage = null;
try { storage = window.localStorage; } catch { /* a sandboxed frame */ }

const keyOf = (slug) => PREFIX + slug;
const empty = () => ({ texts: {}, passed: [] });

function sane(found) {
  if (found === null || typeof found !== "object") return empty();
  const texts = Object.entries(found.texts ?? {}).filter(([, text]) => typeof text === "string" && text.length < 50_000);
  return { texts: Object.fromEntries(texts), passed: (Array.isArray(found.passed) ? found.passed : []).filter((one) => typeof one === "string") };
}

export function read(slug) {
  try {
    const text = storage ? storage.getItem(keyOf(slug)) : memory.get(slug);
    return text ? sane(JSON.parse(text)) : empty();
  } catch {
    return empty();
  }
}

function write(slug, work) {
  const text = JSON.stringify(work);
  memory.set(slug, text);
  try { storage?.setItem(keyOf(slug), text); } catch { /* full: it lives until the page closes */ }
}

/** Keep a text, or forget it where it is the original again. */
export function keepText(slug, name, text, original) {
  const work = read(slug);
  if (text === original) delete work.texts[name];
  else work.texts[name] = text;
  write(slug, work);
}

export function keepPassed(slug, name) {
  const work = read(slug);
  if (!work.passed.includes(name)) write(slug, { ...work, passed: [...work.passed, name] });
}

const slugs = () => (storage ? Object.keys(storage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)) : [...memory.keys()]);

/** Everything, as the text of a file, and how many lessons are in it. */
export function exported() {
  const works = slugs().map((slug) => [slug, read(slug)]).filter(([, { texts, passed }]) => passed.length || Object.keys(texts).length);
  return { count: works.length, text: JSON.stringify({ kind: KIND, lessons: Object.fromEntries(works) }, null, 1) };
}

/** Take a file's text in; how many lessons it held. Where both have a text, the file's is kept. */
export function imported(text) {
  const found = JSON.parse(text);
  if (found?.kind !== KIND) throw new Error("this file was not saved by these lessons");
  const lessons = Object.entries(found.lessons ?? {}).filter(([slug]) => /^[a-z0-9-]{1,80}$/.test(slug));
  for (const [slug, work] of lessons) {
    const own = read(slug), given = sane(work);
    write(slug, { texts: { ...own.texts, ...given.texts }, passed: [...new Set([...own.passed, ...given.passed])] });
  }
  return lessons.length;
}

export function erase() {
  const count = slugs().length;
  for (const slug of slugs()) storage?.removeItem(keyOf(slug));
  memory.clear();
  return count;
}
