// What a reader writes and has passed, on this device: one entry for each lesson, under the site's
// path. What cannot be kept there is remembered until the page closes, and whoever wrote it is told.

import { keyOf } from "../js/shared/site-root.js";

const PREFIX = keyOf("lesson:");
const BEFORE = "micrograd-lesson:"; // without a path, as the first versions had it
const KIND = "micrograd-lessons";
const SLUG = /^[a-z0-9-]{1,80}$/;
let storage = null;
try { storage = window.localStorage; } catch { /* a sandboxed frame, or cookies are blocked */ }

/** By lesson, what is not in the storage: {texts: name -> text, or null for one that is gone; passed}. */
const unsaved = new Map();

const isObject = (one) => one !== null && typeof one === "object" && !Array.isArray(one);

function sane(found) {
  const { texts, passed } = isObject(found) ? found : {};
  const kept = Object.entries(isObject(texts) ? texts : {}).filter(([, text]) => typeof text === "string");
  return { texts: Object.fromEntries(kept), passed: [...new Set((Array.isArray(passed) ? passed : []).filter((one) => typeof one === "string"))] };
}

function stored(slug) {
  try { return sane(JSON.parse(storage.getItem(PREFIX + slug))); } catch { return sane(null); }
}

export function read(slug) {
  const { texts, passed } = stored(slug), own = unsaved.get(slug);
  for (const [name, text] of Object.entries(own?.texts ?? {})) {
    if (text === null) delete texts[name];
    else texts[name] = text;
  }
  return { texts, passed: [...new Set([...passed, ...(own?.passed ?? [])])] };
}

/** Whether it is kept on this device. */
function write(slug) {
  try {
    storage.setItem(PREFIX + slug, JSON.stringify(read(slug)));
    unsaved.delete(slug);
    return true;
  } catch { // full, or there is none
    return false;
  }
}

function change(slug, { texts = {}, passed = [] }) {
  const own = unsaved.get(slug) ?? { texts: {}, passed: [] };
  unsaved.set(slug, { texts: { ...own.texts, ...texts }, passed: [...own.passed, ...passed] });
  return write(slug);
}

/** Keep a text, or forget it where it is the original again. False: it is not kept on this device. */
export const keepText = (slug, name, text, original) => change(slug, { texts: { [name]: text === original ? null : text } });

export const keepPassed = (slug, name) => read(slug).passed.includes(name) || change(slug, { passed: [name] });

/** Call `act` when another tab has kept something, or this page is shown again after one did. */
export function whenChanged(act) {
  addEventListener("storage", ({ key }) => { if (key === null || key.startsWith(PREFIX)) act(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) act(); });
}

const keys = (prefix) => { try { return Object.keys(storage).filter((key) => key.startsWith(prefix)); } catch { return []; } };
const slugs = () => [...new Set([...keys(PREFIX).map((key) => key.slice(PREFIX.length)), ...unsaved.keys()])];

/** Everything, as the text of a file, and how many lessons are in it. */
export function exported() {
  const works = slugs().map((slug) => [slug, read(slug)]).filter(([, { texts, passed }]) => passed.length || Object.keys(texts).length);
  return { count: works.length, text: JSON.stringify({ kind: KIND, lessons: Object.fromEntries(works) }, null, 1) };
}

/** A saved file's works by lesson. All of it is what it should be, or this throws and says what is not. */
function worksOf(text) {
  let found;
  try { found = JSON.parse(text); } catch { throw new Error("this is no file that these lessons saved, or only a part of one"); }
  if (found?.kind !== KIND) throw new Error("this file was not saved by these lessons");
  if (!isObject(found.lessons)) throw new Error("the file names no lessons");
  return Object.entries(found.lessons).map(([slug, work]) => {
    const wrong = (what) => new Error(`in the file, “${slug.slice(0, 80)}” ${what}`);
    if (!SLUG.test(slug)) throw wrong("is no lesson’s name");
    if (!isObject(work) || !isObject(work.texts ?? {}) || !Array.isArray(work.passed ?? [])) throw wrong("is not what the lessons save");
    if (!Object.values(work.texts ?? {}).every((one) => typeof one === "string")) throw wrong("has a text that is none");
    if (!(work.passed ?? []).every((one) => typeof one === "string")) throw wrong("has a passed exercise without a name");
    return [slug, sane(work)];
  });
}

/**
 * Take a file's text in: all of it, or it throws and nothing is changed. Where both have a text, the
 * file's is kept. {lessons, texts, passed, replaced}: how many of each were taken, and how many texts
 * stood in their place; `undo` puts everything back.
 */
export function imported(text) {
  const works = worksOf(text);
  const before = works.map(([slug]) => [slug, storage?.getItem(PREFIX + slug) ?? null, unsaved.get(slug)]);
  const undo = () => {
    for (const [slug, old, own] of before) {
      if (old === null) storage?.removeItem(PREFIX + slug);
      else storage.setItem(PREFIX + slug, old);
      unsaved.delete(slug);
      if (own) unsaved.set(slug, own);
    }
  };
  const sum = { lessons: works.length, texts: 0, passed: 0, replaced: 0, undo };
  for (const [slug, given] of works) {
    const own = read(slug);
    const news = Object.entries(given.texts).filter(([name, one]) => own.texts[name] !== one);
    sum.texts += news.length;
    sum.replaced += news.filter(([name]) => name in own.texts).length;
    sum.passed += given.passed.filter((one) => !own.passed.includes(one)).length;
    if (!change(slug, given)) {
      undo();
      throw new Error(storage ? "there is no room for it in this browser" : "this browser keeps nothing for this site, so that it would be gone on the next page");
    }
  }
  return sum;
}

export function erase() {
  for (const key of [...keys(PREFIX), ...keys(BEFORE)]) storage.removeItem(key);
  unsaved.clear();
}

/** What the first versions kept is taken over, once; it stays, for other forks on this host. */
function migrate() {
  const mark = keyOf("migrated");
  try {
    if (storage.getItem(mark)) return;
    for (const key of keys(BEFORE)) {
      const slug = key.slice(BEFORE.length);
      if (SLUG.test(slug) && storage.getItem(PREFIX + slug) === null) storage.setItem(PREFIX + slug, storage.getItem(key));
    }
    storage.setItem(mark, "1");
  } catch { /* full, or there is none: next time */ }
}
migrate();
