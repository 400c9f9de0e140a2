// A page inside another one: what its address asks for, how high it is, and what it tells its host.

const THEMES = ["light", "dark"];
const HIDEABLE = ["figures", "cells", "exercises", "prose", "title", "idea", "try", "link"];

const asked = new URLSearchParams(location.hash.slice(1));
const words = (name) => (asked.get(name) ?? "").split(",").map((one) => one.trim()).filter(Boolean);

export const embedded = asked.has("embed") || window.parent !== window;
export const wishes = {
  theme: THEMES.includes(asked.get("theme")) ? asked.get("theme") : null,
  hide: words("hide").filter((one) => HIDEABLE.includes(one)),
  start: ["eager", "visible", "click"].includes(asked.get("start")) ? asked.get("start") : "click",
  group: /^[\w-]{1,60}$/.test(asked.get("group") ?? "") ? asked.get("group") : "",
  transparent: asked.has("transparent"),
  lang: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(asked.get("lang") ?? "") ? asked.get("lang") : null,
  code: asked.get("code"),
};

/** Tell the host page, which is told nothing that it could not see: names and numbers. */
export function tell(type, detail = {}) {
  if (window.parent !== window) window.parent.postMessage({ micrograd: type, ...detail }, "*");
}

export function setUpFrame() {
  if (wishes.theme) document.documentElement.dataset.theme = wishes.theme;
  if (!embedded) return;
  document.body.classList.add("embed");
  document.body.classList.toggle("transparent", wishes.transparent);
  for (const part of wishes.hide) document.body.classList.add(`no-${part}`);
  const link = document.querySelector(".embed-link");
  if (link && !wishes.hide.includes("link")) {
    link.hidden = false;
    link.firstElementChild.href = location.href.split("#")[0];
  }
  for (const one of document.querySelectorAll("a[href]")) if (!one.getAttribute("href").startsWith("#")) Object.assign(one, { target: "_blank", rel: "noopener" });
  let told = 0;
  const measure = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height !== told) tell("height", { height: told = height });
  };
  new ResizeObserver(measure).observe(document.body);
  measure();
}

/** Call `act` when the page's wish for Python comes true; at the first run otherwise. */
export function whenStarting(act) {
  if (wishes.start === "eager") act();
  if (wishes.start === "visible") {
    new IntersectionObserver((entries, watcher) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) { watcher.disconnect(); act(); }
    }).observe(document.body);
  }
}
