// At the foot of a page: that it works offline, and the offer to keep all of the course.

import { button, make, setText } from "./dom.js";

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const LONGEST_MS = 120_000; // for a file; a browser may end a service worker at any time
const sum = (files) => files.reduce((total, [, bytes]) => total + bytes, 0);
let keeping = false;

/** `ask` asks the service worker. The element with the id "offline" gets the words. */
export async function showOffline(ask) {
  const place = document.getElementById("offline");
  if (!place || keeping) return;
  const files = (await ask({ course: true }).catch(() => null))?.course ?? [];
  if (!files.length || keeping) return;
  const missing = files.filter(([, , kept]) => !kept);
  if (!missing.length) return say(place, "All of the course works offline here.");
  const python = !missing.some(([address]) => address.includes("/pyodide/"));
  say(place, python ? "This page works offline. " : "This page opens offline, without Python yet. ", offer(place, ask, missing, "Keep all of the course"));
}

/** Nothing is written anew that stands there: it is read out, and may have the focus. */
function say(place, text, ...more) {
  const words = text + more.map((one) => one.textContent).join("");
  if (place.textContent !== words) place.replaceChildren(text, ...more);
}

const offer = (place, ask, files, text) => button(`${text} (${megabytes(sum(files))} MB)`, () => keepAll(place, ask, files), { class: "link" });

async function keepAll(place, ask, files) {
  const total = sum(files);
  let done = 0, stopped = false;
  keeping = true;
  const line = make("span", {});
  const bar = make("progress", { max: total, value: 0, "aria-label": "Kept of the course" });
  place.replaceChildren(line, " ", bar, " ", button("Stop", () => { stopped = true; }, { class: "link" }));
  place.querySelector("button").focus();
  navigator.storage?.persist?.().catch(() => null); // it was asked for: not to be cleared for room
  const late = () => new Promise((resolve) => { setTimeout(resolve, LONGEST_MS, null); });
  let lost = null;
  for (const [address, bytes] of files) {
    setText(line, `Keeping the course: ${megabytes(done)} of ${megabytes(total)} MB`);
    const answer = stopped ? null : await Promise.race([ask({ keep: [address] }).catch(() => null), late()]);
    if (!answer?.kept.includes(address)) { lost = address; break; }
    bar.value = done += bytes;
  }
  keeping = false;
  if (!lost) { await showOffline(ask); return; }
  const left = files.slice(files.findIndex(([address]) => address === lost));
  const why = stopped ? "Stopped" : "A file did not come, or there is no room for it";
  say(place, `${why}: ${megabytes(done)} of ${megabytes(total)} MB are kept. `, offer(place, ask, left, stopped ? "Go on" : "Try again"));
}
