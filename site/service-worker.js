"use strict";
// Keeps what readers have opened, for when there is no network. The build puts this before
// JupyterLite's service worker, in the same file: a scope has one, and JupyterLite's answers what
// its kernels ask of the reader and of their files. What is answered here does not get there.
//
// The network comes first, so that nobody is left with an old site; what it gave is kept, and given
// when it fails. What has its version in its name is not asked for twice. Each version of the site
// keeps its own, and the first page of a new one throws the old away.

{
  const SCOPE = new URL("./", location.href).href;
  const OURS = `micrograd_wasm of ${SCOPE}, `;
  const KEPT = `${OURS}SITE_VERSION`;
  const FOR_KERNELS = /\/api\/(drive|stdin|service-worker-heartbeat)/;
  const VERSIONED = /\?(_=)?[0-9a-f]{7,8}$|-[0-9A-Z]{8}\.js$|\.[0-9a-f]{7}\.js$/;

  const isOurs = (address) => address.startsWith(SCOPE) && !FOR_KERNELS.test(address);
  /** Null where a browser keeps nothing; then all is as without a service worker. */
  const open = () => caches.open(KEPT).catch(() => null);
  /** A page is the same whatever its address asks of it. */
  const found = (cache, request) => cache?.match(request, { ignoreVary: true, ignoreSearch: request.mode === "navigate" });

  const sameFile = (a, b) => {
    const [one, other] = [a, b].map(({ headers }) => ["etag", "last-modified", "content-length"].map((name) => headers.get(name)));
    return (one[0] ?? one[1]) !== null && one.every((mark, k) => mark === other[k]);
  };
  const writing = new Set(); // addresses

  async function keep(cache, request, response) {
    const { status, type, redirected, url } = response;
    if (cache && status === 200 && type === "basic" && !redirected && !writing.has(url)) {
      writing.add(url);
      try {
        // Written anew only if it is new: were the line lost meanwhile, the old would be gone.
        const kept = await cache.match(request, { ignoreVary: true });
        if (!kept || !sameFile(kept, response)) await cache.put(request, response);
      } catch { /* no room is left, or the line was lost */ }
      writing.delete(url);
    }
    if (!response.bodyUsed) response.body?.cancel();
  }

  async function answer(event) {
    const { request } = event;
    const cache = await open();
    if (VERSIONED.test(request.url)) {
      const kept = await found(cache, request);
      if (kept) return kept;
    }
    try {
      const response = (await event.preloadResponse) ?? (await fetch(request));
      event.waitUntil(keep(cache, request, response.clone()));
      return response;
    } catch (error) {
      const kept = await found(cache, request);
      if (kept) return kept;
      throw error;
    }
  }

  /** What pages fetched before they had a service worker. Their browser has it at hand still. */
  async function keepThese(addresses) {
    const cache = await open();
    if (!cache) return;
    for (const address of addresses.filter(isOurs)) {
      if (await cache.match(address, { ignoreVary: true })) continue;
      const response = await fetch(address).catch(() => null);
      if (response) await keep(cache, address, response);
    }
    await forgetOld();
  }

  async function forgetOld() {
    const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== KEPT);
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  async function takeOver() {
    // And later again: what the old one was at may bring its own back.
    await forgetOld().catch(() => null);
    await registration.navigationPreload?.enable(); // the page need not wait for this to start
  }

  addEventListener("activate", (event) => event.waitUntil(takeOver()));
  addEventListener("message", (event) => {
    if (event.data?.keep) event.waitUntil(keepThese(event.data.keep));
  });
  addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    if (method !== "GET" || !isOurs(url)) return;
    event.stopImmediatePropagation();
    event.respondWith(answer(event));
  });
}
