// The Python that makes exactly this run, to copy, or to open in a notebook or a Python prompt.

import { setCode } from "./code-view.js";
import { button, copyText, make, setText } from "../../shared/dom.js";

export function createCodeTab(panel, { engine, getResult, getLink }) {
  const text = make("pre", { tabindex: "0", role: "group", id: "code-text", "aria-label": "Python code of this run" });
  const copy = button("Copy", async () => { await copyText(text.textContent); setText(copy, "Copied"); setTimeout(() => setText(copy, "Copy"), 1500); }, { id: "code-copy", disabled: true });
  const link = (id, title) => make("a", { id, target: "_blank", rel: "noopener", hidden: true }, title);
  const notebook = link("code-notebook", "Open in a notebook"), prompt = link("code-open", "Python prompt");
  const row = make("div", { class: "row" }, copy, notebook, prompt);
  panel.append(row, text);
  let asked = 0;
  const offer = (on) => { copy.disabled = !on; notebook.hidden = prompt.hidden = !on; };
  return {
    async show(painted) {
      const config = painted && (getResult() ?? painted.result).config;
      const mine = ++asked;
      if (!config) {
        offer(false);
        return setText(text, "The code comes with the run.");
      }
      if (!text.textContent) setText(text, engine.started ? "Waiting for Python …" : "The code comes from Python, which loads when you first change something.");
      const code = await engine.code(config);
      if (mine !== asked) return;
      setCode(text, code, "python");
      offer(true);
      if (row.parentElement !== panel) panel.replaceChildren(row, text);
      notebook.href = `notebook.html#${new URLSearchParams({ code, from: getLink().split("#")[1] ?? "" })}`;
      prompt.href = `repl/index.html?kernel=python&toolbar=1&code=${encodeURIComponent(code)}`;
    },
  };
}
