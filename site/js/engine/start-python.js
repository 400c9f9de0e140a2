// Starts Python: in a worker of no origin, which gets its files from the page and reaches nothing
// else, so that what a reader's code does stays in the tab.

import { UNABLE, canRunPython } from "../shared/browser-support.js";
import { named, revived } from "./remote-calls.js";
import { opaqueWorker } from "../shared/new-worker.js";
import { fetchPython, forgetPython, total } from "./python-files.js";

/**
 * @param {object} options
 * @param {string} options.root the site's address
 * @param {string} options.file the address of python.js
 * @param {(stage: {name: string, loadedBytes: number, totalBytes: number}) => void} options.onStage
 * @param {() => void} options.onReady it answers
 * @param {(printed: string, count: number) => void} [options.onPrinted] what a reader's code prints,
 *   and the how-manyth question it is
 * @param {(error: Error) => void} options.onFailed it did not start, or broke down; it is ended then
 * @returns {{port: MessagePort, end: () => void}} the port answers `answer` (remote-calls.js); after `end`
 *   nothing is told any more
 */
export function startPython({ root, file, onStage, onReady, onPrinted = () => {}, onFailed }) {
  const { port1, port2 } = new MessageChannel();
  const leaving = new AbortController();
  let worker = null, isUp = false;
  const gone = () => leaving.signal.aborted;
  function end() {
    leaving.abort();
    worker?.terminate();
  }
  function failed(error) {
    if (gone()) return;
    end();
    if (!isUp) forgetPython();
    onFailed(error);
  }
  const tell = (stage) => { if (!gone()) onStage(stage); };
  const entered = (name) => tell({ name, loadedBytes: total, totalBytes: total });

  async function start() {
    if (!canRunPython()) throw named("BootError", UNABLE, { stage: "unable" });
    const { script, files, lost } = fetchPython({ root, file, signal: leaving.signal, onStage: tell });
    lost.catch(failed);
    const address = await script;
    if (gone()) return;
    worker = opaqueWorker(address, "python");
    worker.addEventListener("message", ({ data }) => {
      if (data?.stage === "engine") entered("engine");
      if (data?.printed && !gone()) onPrinted(data.printed, data.count);
      if (data?.failed) failed(revived(data.failed));
      if (data?.ready && !gone()) {
        isUp = true;
        entered("ready");
        onReady();
      }
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      failed(named("BootError", event.message || "this page may not start Python's worker", { stage: "worker" }));
    });
    worker.postMessage({ boot: root, port: port1 }, [port1]);
    for (const [name, coming] of files) {
      coming.then((content) => {
        if (!gone()) worker.postMessage({ file: name, content }, content instanceof ArrayBuffer ? [content] : []);
      }).catch(failed);
    }
  }
  start().catch(failed);
  return { port: port2, end };
}
