// Runs a module's report() inside Pyodide under Node and prints the JSON that it gives.
//
//   node run_in_pyodide.mjs <repository> <module> [<number for report> ...]
//
// The sources are mounted as they are: no wheel is built, nothing is downloaded.
import { loadPyodide } from "../../node_modules/pyodide/pyodide.mjs";

const [repository, module, ...numbers] = process.argv.slice(2);
const pyodide = await loadPyodide();
pyodide.FS.mkdir("/repository");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: repository }, "/repository");
const report = pyodide.runPython(`
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/repository")
from ${module} import report
report(${numbers})
`);
process.stdout.write(report);
