// Makes a notebook of a run's code and opens it: notebook.html#code=...&from=... The playground
// links here, so the link works from a page inside another one too; but so may any page. The code is
// shown, and becomes a notebook when the reader says so: where JupyterLite keeps a reader's files,
// under a name that is not taken.

import { alive } from "../js/shared/reload.js";
import { button, copyText, make, setText } from "../js/shared/dom.js";

const NAME = "playground-run";
const STORE = "files";
const LONGEST = 50_000; // characters of code

/** An address that can stand in a Markdown link: nothing in it ends the link or begins another. */
const inMarkdown = (address) => address.replace(/[^\w:/?#&=.,%+-]/g, (one) => `%${one.codePointAt(0).toString(16).padStart(2, "0").toUpperCase()}`);

/** The cells: what this is, the run's code, and pictures of it. */
function notebookOf(code, playground) {
  const cell = (id, type, source) => ({ id, cell_type: type, metadata: {}, source, ...(type === "code" ? { execution_count: null, outputs: [] } : {}) });
  const text = `# A run from the playground\n\nThese cells make exactly the run that [this state of the playground](${playground}) shows: the same numbers, to the last bit. The last line that the first one prints is the run’s fingerprint.\n\n*Run → Run All Cells* runs them. This notebook is yours: it stays in this browser.`;
  return {
    metadata: { kernelspec: { display_name: "Python (Pyodide)", language: "python", name: "python" }, language_info: { name: "python" } },
    nbformat: 4, nbformat_minor: 5,
    cells: [
      cell("about", "markdown", text),
      cell("run", "code", code.trimEnd()),
      cell("loss", "code", "from micrograd_wasm import charts\n\ncharts.loss(run)"),
      cell("boundary", "code", "charts.decision_boundary(run.final_model, dataset)"),
      cell("next", "markdown", "Change a number in the first cell and run it again, or look inside: `run.history[0]`, `run.final_model.parameters()[0]`."),
    ],
  };
}

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** JupyterLite's store of files, made if this browser has not been to the notebooks yet. */
async function openStore(name) {
  let base = await asked(indexedDB.open(name));
  if (!base.objectStoreNames.contains(STORE)) {
    const { version } = base;
    base.close();
    const request = indexedDB.open(name, version + 1);
    request.onupgradeneeded = () => { if (!request.result.objectStoreNames.contains(STORE)) request.result.createObjectStore(STORE); };
    base = await asked(request);
  }
  base.onversionchange = () => base.close();
  return base;
}

const sources = (content) => JSON.stringify((content?.cells ?? []).map(({ cell_type: type, source }) => [type, [source].flat().join("")]));

/** Keep the notebook; its path. One with the very same cells is there already: that one it is. */
async function keepNotebook(content, root) {
  const base = await openStore(`JupyterLite Storage - ${root}`);
  try {
    const store = base.transaction(STORE, "readwrite").objectStore(STORE);
    for (let k = 1; ; k++) {
      const path = `${NAME}${k > 1 ? `-${k}` : ""}.ipynb`;
      const there = await asked(store.get(path));
      if (there && sources(there.content) === sources(content)) return path;
      if (there) continue;
      const now = new Date().toISOString();
      await asked(store.put({
        name: path, path, type: "notebook", format: "json", mimetype: "application/x-ipynb+json", writable: true,
        created: now, last_modified: now, size: JSON.stringify(content).length, content,
      }, path));
      return path;
    }
  } finally {
    base.close();
  }
}

function failed(text, code) {
  const box = document.getElementById("notebook-message");
  setText(box, text);
  if (code) {
    for (const id of ["make-notebook", "notebook-code"]) document.getElementById(id)?.remove();
    box.after(make("p", {}, make("button", { type: "button", onclick: () => copyText(code) }, "Copy the code")), make("pre", { tabindex: "0" }, code));
  }
}

async function run() {
  alive();
  const asked = new URLSearchParams(location.hash.slice(1));
  const code = asked.get("code");
  if (!code) return failed("This link names no code. Go back to the playground and open a run’s Code tab.");
  if (code.length > LONGEST) return failed(`This link holds ${code.length} characters of code; a run’s code has at most ${LONGEST}.`);
  const playground = new URL("./", location.href);
  playground.hash = asked.get("from") ?? "";
  document.getElementById("back").href = playground.href;
  async function keep() {
    start.disabled = true;
    try {
      const path = await keepNotebook(notebookOf(code, inMarkdown(playground.href)), new URL("./", location.href).pathname);
      location.assign(`notebooks/index.html?path=${encodeURIComponent(path)}`);
    } catch (error) {
      failed(`This browser keeps no files for this page (${error?.message ?? error}), so there is no notebook to open. The code still works in any notebook:`, code);
    }
  }
  const start = button("Make the notebook", keep, { class: "primary", id: "make-notebook" });
  const box = document.getElementById("notebook-message");
  setText(box, "This link holds the code of a run. It becomes a notebook in this browser when you press the button; nothing runs before you run it there. Read it first, if the link is somebody else’s: code in a notebook can read and change the notebooks that are kept in this browser.");
  box.after(make("p", {}, start), make("pre", { tabindex: "0", role: "group", "aria-label": "The code", id: "notebook-code" }, code));
}
run();
