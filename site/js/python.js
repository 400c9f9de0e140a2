// The worker that Python lives in: boots Pyodide from the site's own files, tells how far it is, and
// answers what micrograd_wasm/bridge.py answers. A boot that fails says at which stage and why; to
// try again, the page starts another worker.

import { named, plain, serve } from "./calls.js";
import { tellFetched } from "./offline.js";

// Set by the build: the bytes of each file that is fetched, and the lock's hash.
const { sizes, version } = PYTHON_FILES;
let stage = "start";
let failed;
const failure = new Promise((_, reject) => { failed = reject; });
failure.catch(() => null);

self.addEventListener("message", ({ data }) => {
  if (data.boot) boot(data.boot).then(
    (answer) => {
      serve(data.port, new Map([["answer", answer]]));
      enter("ready", total);
      postMessage({ ready: true });
      tellFetched();
    },
    (error) => postMessage({ failed: plain(error) }),
  );
});

async function boot(base) {
  try {
    return await Promise.race([started(base), failure]);
  } catch (error) {
    throw named("BootError", error?.message ?? String(error), { stage: error?.stage ?? stage });
  }
}

async function started(base) {
  const indexURL = new URL("static/pyodide/", base).href;
  enter("download", 0);
  countDownloads();
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const pyodide = await loadPyodide({
    indexURL,
    packageBaseUrl: indexURL,
    lockFileURL: `${indexURL}pyodide-lock.json?${version}`,
    packages: ["micrograd-wasm"],
    stderr: () => null,
    stdout: () => null,
  });
  enter("engine", total);
  const answer = pyodide.pyimport("micrograd_wasm.bridge").answer;
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
    try {
      [facts, arrays] = call(...question);
    } catch (error) {
      // Errors of the engine come as answers. What is thrown is Python itself breaking down.
      const fatal = named("BootError", error?.message ?? String(error), { stage: "running" });
      postMessage({ failed: plain(fatal) });
      throw fatal;
    }
    if (facts.error) throw named(facts.error.name, facts.error.message);
    return { facts, arrays };
  };
}

const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
let loaded = 0;
let told = 0;

function enter(name, loadedBytes) {
  stage = name;
  postMessage({ stage: { name, loadedBytes, totalBytes: total } });
}

// Pyodide fetches its files itself. Here they are counted on their way, and one that does not come
// ends the boot at once: Pyodide would go on without its library and fail with something else.
function countDownloads() {
  const fetchIt = self.fetch.bind(self);
  self.fetch = async (request, options) => {
    const name = new URL(request.url ?? request, location.href).pathname.split("/").pop();
    const lost = (why) => {
      const error = named("BootError", `${name}: ${why}`, { stage: "download" });
      failed(error);
      return error;
    };
    const answer = await fetchIt(request, options).catch((error) => { throw lost(error.message); });
    if (!answer.ok) throw lost(`${answer.status} ${answer.statusText}`.trim());
    const { headers, status, statusText } = answer;
    return new Response(answer.body.pipeThrough(new TransformStream({ transform: count })), { headers, status, statusText });
  };
}

function count(chunk, controller) {
  loaded = Math.min(loaded + chunk.length, total);
  if (loaded - told > 200_000 || loaded === total) {
    told = loaded;
    enter(loaded === total ? "python" : "download", loaded);
  }
  controller.enqueue(chunk);
}
