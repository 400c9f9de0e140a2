// Python in a worker: loads Pyodide, puts files into its file system, runs what it is given.
import { loadPyodide } from "/node_modules/pyodide/pyodide.mjs";
import { answer } from "./answer.js";

let python;

answer({
  // `files`: { path: text }. They end up below /bench, which is where imports look first.
  async prepare({ files }) {
    python = await loadPyodide();
    for (const [path, text] of Object.entries(files)) {
      const folder = `/bench/${path}`.split("/").slice(0, -1).join("/");
      python.FS.mkdirTree(folder);
      python.FS.writeFile(`/bench/${path}`, text);
    }
    python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.insert(0, '/bench')");
    return python.runPython("sys.version.split()[0]") + ", Pyodide " + python.version;
  },

  // An expression's value, through JSON; `setup` runs before it.
  run({ setup, expression }) {
    python.runPython(setup ?? "");
    return JSON.parse(python.runPython(`import json; json.dumps(${expression})`));
  },
});
