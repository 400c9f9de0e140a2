// One quiet box over a page of JupyterLite, in its colours.

const STYLE = `
.micrograd-notice { position: fixed; left: 16px; bottom: 16px; z-index: 9999; max-width: min(440px, calc(100vw - 32px)); box-sizing: border-box;
  display: flex; gap: 12px; align-items: start; padding: 10px 14px; border-radius: 8px; font: 14px/1.45 system-ui, sans-serif;
  color: var(--jp-ui-font-color1, #212121); background: var(--jp-layout-color1, #fff); border: 1px solid var(--jp-border-color1, #bdbdbd); box-shadow: 0 2px 12px #0003; }
.micrograd-notice a { color: var(--jp-content-link-color, #1565c0); display: inline-block; min-height: 24px; }
.micrograd-notice button { font: inherit; border: 0; background: none; color: inherit; cursor: pointer; min-width: 28px; min-height: 28px; margin: -4px -8px 0 0; }`;

/** Show it until its button, or remove() of what is returned; a second one takes the first's place. */
export function notice(text, link) {
  const make = (tag, more = {}) => Object.assign(document.createElement(tag), more);
  document.querySelector(".micrograd-notice")?.remove();
  if (!document.querySelector("#micrograd-notice-style")) document.head.append(make("style", { id: "micrograd-notice-style", textContent: STYLE }));
  const box = make("div", { className: "micrograd-notice" });
  box.setAttribute("role", "status");
  const words = make("span", { textContent: `${text} ` });
  if (link) words.append(make("a", { href: link.href, textContent: link.text }));
  const close = make("button", { type: "button", textContent: "×", title: "Close", onclick: () => box.remove() });
  close.setAttribute("aria-label", "Close this notice");
  box.append(words, close);
  document.body.append(box);
  return box;
}
