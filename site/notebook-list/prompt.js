// What JupyterLite's Python prompt loads before it starts: an address without parameters opens it
// ready, too, a link leads home, and one to what code that runs here can reach.

import { keepForOffline } from "../js/shared/offline.js";

const ROOT = new URL("..", new URL("./", import.meta.url));
// A line of its own above the prompt; where the prompt's own toolbar has room, beside its buttons.
const STYLE = `
.micrograd-home { position: fixed; inset: 0 0 auto; z-index: 100; display: flex; align-items: center; gap: 0 16px; height: 30px; padding: 0 12px; box-sizing: border-box; white-space: nowrap;
  font: 13px system-ui, sans-serif; color: var(--jp-content-link-color, #1565c0); background: var(--jp-layout-color1, transparent); border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
.micrograd-home a { color: inherit; display: inline-flex; align-items: center; min-height: 28px; }
#main { top: 31px !important; }
@media (min-width: 640px) {
  body:has(> .micrograd-home.beside) #main { top: 0 !important; }
  .micrograd-home.beside { inset: 1px auto auto 104px; height: 28px; padding: 0 4px; border: 0; }
}`;

const asked = new URLSearchParams(location.search);
if (!asked.has("kernel")) {
  asked.set("kernel", "python");
  if (!asked.has("toolbar")) asked.set("toolbar", "1");
  history.replaceState(null, "", `?${asked}${location.hash}`);
}

const make = (tag, more) => Object.assign(document.createElement(tag), more);
function lead() {
  document.head.append(make("style", { textContent: STYLE }));
  const links = make("nav", { ariaLabel: "micrograd_wasm", className: `micrograd-home${asked.get("toolbar") ? " beside" : ""}` });
  links.append(
    make("a", { href: ROOT.href, textContent: "← micrograd_wasm" }),
    make("a", { href: new URL("notebook-list/#reach", ROOT).href, target: "_blank", textContent: "What code reaches" }),
  );
  document.body.append(links);
}
if (document.body) lead();
else addEventListener("DOMContentLoaded", lead);
keepForOffline(ROOT);

export const ready = Promise.resolve();
