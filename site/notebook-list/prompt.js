// What JupyterLite's Python prompt loads before it starts: an address without parameters opens it
// ready, too, a link leads home, and one to what code that runs here can reach.

import { keepForOffline } from "../js/shared/offline.js";

const ROOT = new URL("..", new URL("./", import.meta.url));
// Beside the buttons of the prompt's own toolbar; without it, in the corner.
const STYLE = `
.micrograd-home { position: fixed; right: 12px; top: 1px; z-index: 100; display: flex; align-items: center; gap: 0 12px; min-height: 28px; padding: 0 4px;
  font: 13px system-ui, sans-serif; color: var(--jp-content-link-color, #1565c0); background: var(--jp-layout-color1, transparent); }
.micrograd-home a { color: inherit; }
.micrograd-home.beside { right: auto; left: 104px; }
@media (max-width: 479px) { body:has(> .micrograd-home.beside) [data-jp-item-name="kernelName"] .jp-ToolbarButtonComponent-label { display: none; } }`;

const asked = new URLSearchParams(location.search);
if (!asked.has("kernel")) {
  asked.set("kernel", "python");
  if (!asked.has("toolbar")) asked.set("toolbar", "1");
  history.replaceState(null, "", `?${asked}${location.hash}`);
}

const make = (tag, more) => Object.assign(document.createElement(tag), more);
function lead() {
  document.head.append(make("style", { textContent: STYLE }));
  const links = make("nav", { className: `micrograd-home${asked.get("toolbar") === "1" ? " beside" : ""}` });
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
