// The worker that Python lives in: starts Pyodide from the files that the page hands over, and
// answers what micrograd_wasm/page/bridge.py answers. The page puts Pyodide's two modules before this
// script (python-files.js). A start that fails says at which stage and why; to try again, the page
// starts another worker.

/* global loadPyodide, createPyodideModule */
import { named, plain, serve } from "./remote-calls.js";
import { confine } from "./confine.js";

const tell = self.postMessage.bind(self);
let stage = "python";
const files = new Map();
/** A file's place, where it arrives and where it is waited for. */
function place(name) {
  if (!files.has(name)) {
    let resolve;
    const promise = new Promise((settle) => { resolve = settle; });
    files.set(name, { promise, resolve });
  }
  return files.get(name);
}

self.addEventListener("message", ({ data }) => {
  if (data.file) place(data.file).resolve(data.content);
  if (data.boot) boot(data.boot).then(
    (answer) => {
      serve(data.port, new Map([["answer", answer]]));
      tell({ ready: true });
    },
    (error) => tell({ failed: plain(error) }),
  );
});

async function boot(root) {
  try {
    return await started(root);
  } catch (error) {
    throw named("BootError", error?.message ?? String(error), { stage });
  }
}

async function started(root) {
  const indexURL = new URL("static/pyodide/", root).href;
  handOver();
  const pyodide = await loadPyodide({
    createPyodideModule,
    indexURL,
    packageBaseUrl: indexURL,
    lockFileContents: JSON.parse(new TextDecoder().decode(await place("pyodide-lock.json").promise)),
    packages: ["micrograd-wasm"],
    stderr: () => null,
    stdout: () => null,
  });
  files.clear();
  stage = "engine";
  tell({ stage });
  const answer = pyodide.pyimport("micrograd_wasm.page.bridge").answer;
  let count = 0; // of questions: what is printed names the one that it belongs to
  pyodide.pyimport("micrograd_wasm.lessons.cells").listen((printed) => tell({ printed, count }));
  confine();
  const call = (name, json, ...arrays) => {
    const given = arrays.map((array) => pyodide.toPy(array));
    const answered = answer(name, json, ...given);
    const [text, ...others] = answered.toJs();
    answered.destroy();
    for (const proxy of given) proxy.destroy?.();
    return [JSON.parse(text), others];
  };
  return (...question) => {
    let facts, arrays;
    count++;
    try {
      [facts, arrays] = call(...question);
    } catch (error) {
      // Errors of the engine come as answers. What is thrown is Python itself breaking down.
      const fatal = named("BootError", error?.message ?? String(error), { stage: "running" });
      tell({ failed: plain(fatal) });
      throw fatal;
    }
    if (facts.error) throw named(facts.error.name, facts.error.message);
    return { facts, arrays };
  };
}

/** Pyodide fetches its files; here it is handed what has arrived. */
function handOver() {
  self.fetch = async (address) => new Response(await place(new URL(address).pathname.split("/").pop()).promise);
  const module = place("pyodide.asm.wasm").promise;
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (_, imports) => {
    WebAssembly.instantiateStreaming = instantiateStreaming;
    return { module: await module, instance: await WebAssembly.instantiate(await module, imports) };
  };
}
