// The Python that makes exactly this run, to copy or to open in a Python prompt.

import { button, copyText, make, setText } from "./dom.js";

export function createCodeTab(panel, { engine, getResult }) {
  const text = make("pre", { tabindex: "0", id: "code-text", "aria-label": "Python code of this run" });
  const copy = button("Copy", async () => { await copyText(text.textContent); setText(copy, "Copied"); setTimeout(() => setText(copy, "Copy"), 1500); }, { id: "code-copy", disabled: true });
  const open = make("a", { id: "code-open", target: "_blank", rel: "noopener" }, "Open in a Python prompt");
  const row = make("div", { class: "row" }, copy, open);
  panel.append(row, text);
  open.hidden = true;
  return {
    async show(painted) {
      const config = painted && (getResult() ?? painted.result).config;
      if (!config) return setText(text, "The code comes with the run.");
      if (!text.textContent) setText(text, "Waiting for Python …");
      const code = await engine.code(config);
      setText(text, code);
      if (row.parentElement !== panel) panel.replaceChildren(row, text);
      copy.disabled = false;
      open.hidden = false;
      open.href = `repl/index.html?kernel=python&toolbar=1&code=${encodeURIComponent(code)}`;
    },
  };
}
