"use strict";
// Keeps what readers have opened, for when there is no network. The build puts this before
// JupyterLite's service worker, in the same file: a scope has one, and JupyterLite's answers what
// its kernels ask of the reader and of their files. What is answered here does not get there.
//
// It keeps, and gives, only what it can prove: the build lists every file of this version with its
// size and SHA-256, and says here what the list's own is. The network comes first, so that nobody is
// left with an old site; but where it does not answer, is late, or gives what no list proves (a hotel's
// page, half a file), what is kept is given. What has its version in its name is not asked for
// twice. Each version of the site keeps its own, and takes over from the one before what is the same.

{
  const SCOPE = new URL("./", location.href).href;
  const OURS = `micrograd_wasm of ${SCOPE}, `;
  const KEPT = `${OURS}SITE_VERSION`;
  const LIST = `${SCOPE}SITE_FILES`; // {versions, course, files: {path: [bytes, SHA-256]}}
  const LIST_HASH = "LIST_SHA256";
  const FOR_KERNELS = /\/api\/(drive|stdin|service-worker-heartbeat)/;
  const VERSIONED = /\?(_=)?[0-9a-f]{7,8}$|-[0-9A-Z]{8}\.js$|\.[0-9a-f]{7}\.js$/;
  const PATIENCE_MS = 1500; // for a network that may answer what is kept already
  const DISTRUST_MS = 30_000; // how long a network that failed is not waited for
  const LIST_LIVES_MS = 10_000;
  const STREAMED = 1_000_000; // bytes from which a file that is not kept is passed on as it comes

  const isOurs = (address) => address.startsWith(SCOPE) && !FOR_KERNELS.test(address);
  /** Null where a browser keeps nothing, or no longer: a newer version has this one's cache put away. Then
   * all is as without a service worker. */
  async function open() {
    if (!await caches.has(KEPT).catch(() => false)) return null;
    const cache = await caches.open(KEPT);
    if (await cache.match(LIST)) return cache;
    // Put away between the two, and made again by being opened: then a newer one is there.
    if ((await caches.keys()).some((name) => name.startsWith(OURS) && name !== KEPT)) await caches.delete(KEPT);
    return null;
  }
  const later = (ms) => new Promise((done) => { setTimeout(done, ms, null); });

  // -- what can be proved ---------------------------------------------------------------------------

  async function hashOf(bytes) {
    return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
  }
  const proves = async (entry, bytes) => Boolean(entry && bytes) && bytes.byteLength === entry[0] && await hashOf(bytes) === entry[1];
  const bytesOf = (response) => response.arrayBuffer().catch(() => null); // cut off on its way

  const read = (bytes) => {
    const found = JSON.parse(new TextDecoder().decode(bytes));
    return { ...found, files: new Map(Object.entries(found.files)) };
  };
  let list = null;
  /** This version's list; null if it is not kept. */
  async function files() {
    if (list) return list;
    const kept = await (await open())?.match(LIST);
    const bytes = kept && await bytesOf(kept);
    return list = bytes && await hashOf(bytes) === LIST_HASH ? read(bytes) : null;
  }

  let newest = null;
  /** The list that the network has now: another one than ours, if the site was published anew. */
  function newestFiles() {
    if (newest && performance.now() - newest.asked < LIST_LIVES_MS) return newest.list;
    const asking = fetch(LIST, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) })
      .then(async (answer) => {
        const bytes = await answer.arrayBuffer();
        if (!answer.ok || await hashOf(bytes) === LIST_HASH) return null;
        const found = read(bytes);
        registration.update().catch(() => null);
        return found;
      })
      .catch(() => null);
    newest = { asked: performance.now(), list: asking };
    return asking;
  }

  function pathOf(address) {
    const written = address.slice(SCOPE.length).replace(/[?#].*/s, "");
    let path = written;
    try { path = decodeURI(written); } catch { /* no file of ours is called so */ }
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  }
  /** Under which address a file is kept. A page is the same whatever its address asks of it. */
  function keyOf(address, { versions }) {
    const { origin, pathname, search } = new URL(address);
    const plain = search === "" || pathname.endsWith("/") || pathname.endsWith(".html") || versions.includes(search.slice(1));
    return `${origin}${pathname.replace(/\/index\.html$/, "/")}${plain ? "" : search}`;
  }

  /** What is kept of this file, if it is what the list says; what is not is let go. */
  async function proven(cache, key, entry) {
    const kept = await cache.match(key, { ignoreVary: true });
    if (!kept) return null;
    if (!await proves(entry, await bytesOf(kept))) {
      await cache.delete(key, { ignoreVary: true });
      return null;
    }
    return cache.match(key, { ignoreVary: true }); // as it is kept: with what the browser compiled of it
  }

  async function put(cache, key, { headers }, bytes) {
    try {
      await cache.put(key, new Response(bytes, { headers }));
    } catch { /* no room is left */ }
  }

  // -- answers --------------------------------------------------------------------------------------

  let distrusted = -Infinity;
  const distrust = () => { distrusted = performance.now(); };

  async function fromNetwork({ preloadResponse, request }) {
    const loaded = await preloadResponse;
    if (loaded?.type === "error") throw new TypeError("the network does not answer"); // as Firefox tells it
    return loaded ?? fetch(request);
  }
  const usable = ({ status, type, redirected }) => status === 200 && type === "basic" && !redirected;

  /** An answer of the network that some list proves, or null; `gone` if a newer site has no such file. */
  async function judged(response, path, entry, address) {
    const good = usable(response);
    const bytes = good ? await bytesOf(response) : null;
    const answer = (given, { headers }) => ({ response: new Response(given, { headers }), bytes: given });
    if (await proves(entry, bytes)) return { ...answer(bytes, response), ours: true };
    const other = await newestFiles();
    if (other && await proves(other.files.get(path), bytes)) return answer(bytes, response);
    if (other && !other.files.has(path) && response.status === 404) return { response };
    // The browser itself may have kept something wrong.
    const again = good && await fetch(address, { cache: "reload" }).catch(() => null);
    const fresh = again && usable(again) ? await bytesOf(again) : null;
    if (await proves(entry, fresh)) return { ...answer(fresh, again), ours: true };
    return { unproven: bytes ? answer(bytes, response).response : response };
  }

  async function answer(event, ours) {
    const { request } = event;
    const cache = await open();
    const { url } = request, path = pathOf(url), entry = ours.files.get(path), key = keyOf(url, ours);
    const kept = cache && await proven(cache, key, entry);
    const wanted = ["no-cache", "no-store", "reload"].includes(request.cache);
    if (kept && !wanted && request.mode !== "navigate" && (VERSIONED.test(url) || performance.now() - distrusted < DISTRUST_MS)) return kept;

    const network = fromNetwork(event);
    if (!kept && entry[0] > STREAMED) {
      const response = await network;
      const copy = response.clone();
      event.waitUntil(judged(copy, path, entry, url).then(({ ours: good, bytes }) => good && cache && put(cache, key, response, bytes)));
      return response;
    }
    const found = network.then((response) => judged(response, path, entry, url));
    event.waitUntil(found.catch(() => null));
    if (kept) {
      const given = await Promise.race([found.catch(() => null), later(PATIENCE_MS)]);
      if (given?.ours) return kept;
      if (given?.response) return given.response;
      distrust();
      return kept;
    }
    const given = await found;
    if (given.ours && cache) await put(cache, key, given.response.clone(), given.bytes);
    return given.response ?? given.unproven;
  }

  // -- what pages ask -------------------------------------------------------------------------------

  /** Keep these, that pages fetched before they had a service worker: which of ours are kept then, which not. */
  async function keep(addresses) {
    if (!await files()) await takeList(); // somebody has emptied the caches
    const [cache, ours] = await Promise.all([open(), files()]);
    const kept = [], missing = [];
    if (!cache || !ours) return { kept, missing };
    for (const address of addresses.filter(isOurs)) {
      const path = pathOf(address), entry = ours.files.get(path);
      if (!entry) continue;
      const key = keyOf(address, ours);
      if (!await cache.match(key, { ignoreVary: true })) {
        // Their browser has it at hand still.
        const response = await fetch(address).catch(() => null);
        const { ours: good, response: given, bytes } = response ? await judged(response, path, entry, address) : {};
        if (good) await put(cache, key, given, bytes);
      }
      (await cache.match(key, { ignoreVary: true }) ? kept : missing).push(address);
    }
    return { kept, missing };
  }

  /** The files of the course, as [address, bytes, is it kept?]. */
  async function course() {
    const [cache, ours] = await Promise.all([open(), files()]);
    if (!cache || !ours) return [];
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    return ours.course.map((path) => [`${SCOPE}${path}`, ours.files.get(pathOf(`${SCOPE}${path}`))[0], kept.has(`${SCOPE}${path}`)]);
  }

  // -- from one version to the next -----------------------------------------------------------------

  async function takeList() {
    const response = await fetch(LIST, { cache: "no-cache" });
    const bytes = await response.clone().arrayBuffer();
    if (!response.ok || await hashOf(bytes) !== LIST_HASH) throw new Error(`${LIST} is not the list of this version`);
    await caches.open(KEPT).then((cache) => cache.put(LIST, response), () => null); // nothing is kept in private windows
  }

  /** What older versions kept goes; what is the same in this one is taken over first. */
  async function inherit() {
    const [cache, ours, names] = await Promise.all([open(), files(), caches.keys()]);
    for (const name of names.filter((one) => one.startsWith(OURS) && one !== KEPT)) {
      const old = await caches.open(name);
      for (const request of cache && ours ? await old.keys() : []) {
        const entry = ours.files.get(pathOf(request.url)), key = keyOf(request.url, ours);
        if (!entry || await cache.match(key, { ignoreVary: true })) continue;
        const response = await old.match(request, { ignoreVary: true });
        const bytes = response && await bytesOf(response);
        if (await proves(entry, bytes)) await put(cache, key, response, bytes);
      }
      await caches.delete(name);
    }
  }

  async function takeOver() {
    await inherit().catch(() => null);
    await registration.navigationPreload?.enable(); // the page need not wait for this to start
  }

  addEventListener("install", (event) => event.waitUntil(takeList()));
  addEventListener("activate", (event) => event.waitUntil(takeOver()));
  addEventListener("message", (event) => {
    const { data, ports: [port] } = event;
    if (data?.takeOver) event.waitUntil(skipWaiting());
    if (data?.keep) event.waitUntil(keep(data.keep).then((found) => port?.postMessage(found)).then(inherit).catch(() => null));
    if (data?.course) event.waitUntil(course().then((found) => port?.postMessage({ course: found })));
  });
  addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    if (method !== "GET" || !isOurs(url)) return;
    event.stopImmediatePropagation();
    event.respondWith(files().then(
      (ours) => (ours?.files.has(pathOf(url)) ? answer(event, ours) : fromNetwork(event)),
      () => fromNetwork(event),
    ));
  });
}
