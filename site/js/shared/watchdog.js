// Says so when a page's first load fails: its script or its styles are missing, not what they should
// be, or do not come. It comes by itself, waits for nothing, and nothing waits for it. A page's
// script says that it is there by `alive()`, its styles by --whole, in their last line. A browser that
// is too old for the script is told of that; it has to read this one (site/builder/bundle.mjs).

import { TOO_OLD, isYoungEnough } from "./browser-support.js";
import { reloadFresh } from "./reload.js";

const LIMIT_MS = 10_000; // for all of it; a file that fails is told of at once
const root = document.documentElement;
const lost = new Set(); // names of files
let unread = false; // a script is whole, and this browser cannot read it
const isAlive = () => root.dataset.alive !== undefined;
const isWhole = () => getComputedStyle(root).getPropertyValue("--whole") !== "";
const nameOf = (address) => new URL(address, location.href).pathname.split("/").pop();
const styles = () => [...document.querySelectorAll("link[rel=stylesheet]")];

function box() {
  const found = document.getElementById("watchdog") ?? document.createElement("div");
  if (found.id) return found;
  found.id = "watchdog";
  found.setAttribute("role", "alert");
  // Its looks are its own: the page's styles may be what is missing.
  found.style.cssText = "position:fixed;z-index:99;top:12px;left:50%;transform:translateX(-50%);width:max-content;max-width:min(680px,calc(100vw - 24px));box-sizing:border-box;padding:12px 16px;border:1px solid #9c2f1d;border-radius:8px;background:#fdf1ec;color:#1d2025;font:16px/1.5 system-ui,sans-serif;box-shadow:0 2px 12px #0003";
  const line = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.style.cssText = "font:inherit;margin-left:12px;padding:4px 16px;min-height:32px;border:1px solid #9c2f1d;border-radius:6px;background:#fff;color:#9c2f1d;cursor:pointer";
  button.textContent = "Retry";
  button.addEventListener("click", () => {
    button.disabled = true;
    button.textContent = "Trying …";
    reloadFresh();
  });
  found.append(line, button);
  const body = document.body ?? root.appendChild(document.createElement("body"));
  body.prepend(found);
  return found;
}

function say(what) {
  const text = `${what}${lost.size ? ` (${[...lost].slice(0, 3).join(", ")})` : ""}. Is the network there?`;
  const line = box().firstElementChild;
  if (line.textContent !== text) line.textContent = text;
}

function tellOld() {
  const [line, button] = box().children;
  if (line.textContent !== TOO_OLD) line.textContent = TOO_OLD;
  button.hidden = true; // it would come to the same
}

/** After a script with an error of syntax: was that cut off, or is it whole (its last line tells)? */
function readAgain(address) {
  fetch(address).then((answer) => answer.text()).then((text) => {
    unread = text.trim().endsWith("//whole");
    look();
  }, () => null);
}

function look() {
  if (!isAlive() && (unread || !isYoungEnough())) tellOld();
  else if (!isAlive()) say("This page did not load in full: a part of it is missing");
  else if (!isWhole()) say("This page did not load in full: its looks are missing");
  else document.getElementById("watchdog")?.remove();
}

/** Time is up: what hangs is named, and holds nothing else up any longer. */
function give() {
  if (isAlive() && isWhole()) return;
  const come = new Set(performance.getEntriesByType("resource").map(({ name }) => name));
  for (const one of document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=modulepreload]:not([media])")) {
    const address = one.src || one.href;
    if (!come.has(address)) lost.add(nameOf(address));
  }
  if (!document.body) { // a script before the page's text is waited for
    // Such a page is never painted, whatever is put into it: another one takes its place.
    const { title } = document;
    document.open();
    document.write("<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><body>");
    document.close();
    document.title = title;
    return look();
  }
  for (const one of styles()) if (!one.sheet) one.remove(); // until they come, browsers show nothing
  look();
}

addEventListener("error", ({ target, filename, error }) => {
  const address = target === window ? filename : target.src || target.href;
  if (!address?.startsWith(location.origin) || isAlive() && target.rel !== "stylesheet") return;
  lost.add(nameOf(address));
  look();
  if (error instanceof SyntaxError) readAgain(address);
}, true);
new MutationObserver(() => { if (document.getElementById("watchdog")) look(); }).observe(root, { attributeFilter: ["data-alive"] });
addEventListener("load", () => {
  // A script that did run says so soon, if not already.
  if (isAlive() && !isWhole()) look();
  if (isAlive()) return;
  // What failed before this was here to hear it fails once more; a module that ran does not run again.
  for (const one of document.querySelectorAll("script[src]:not([async])")) {
    if (one.type !== "module" && !one.defer) continue;
    const again = document.createElement("script");
    again.type = one.type;
    again.src = one.src;
    document.head.append(again);
  }
});
setTimeout(give, LIMIT_MS);
