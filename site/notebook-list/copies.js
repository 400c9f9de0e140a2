// A reader's own copies of the notebooks, where JupyterLite keeps them: IndexedDB, one database per
// address of the site, an entry per file. JupyterLite shows such a copy for ever, whatever the site
// has by then; so here is told what a copy is worth, and the worthless ones are let go.
//
// A copy carries the version of the site's notebook that it was made from (metadata.micrograd
// .version, made from the cells: site/builder/notebooks.py). Its cells give the version that it has
// now. Equal: nothing was edited, however often it was run and saved.

const FILES = "files", CHECKPOINTS = "checkpoints";

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const finished = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onerror = transaction.onabort = () => reject(transaction.error);
});

/** The version of these cells: 64-bit FNV-1a, as site/builder/notebooks.py computes it. */
export function versionOf(cells) {
  const text = cells.map((cell) => `${cell.cell_type}\n${[cell.source ?? ""].flat().join("")}\0`).join("");
  // In two halves of 32 bits; the prime is 2 ** 40 + 0x1b3.
  let high = 0xcbf29ce4, low = 0x84222325;
  for (const byte of new TextEncoder().encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
}

function contentOf(entry) {
  try {
    return typeof entry.content === "string" ? JSON.parse(entry.content) : entry.content;
  } catch {
    return null;
  }
}

/** Is this a notebook that JupyterLab can open? A crash or another program may have left less. */
export const isNotebook = (entry) => {
  const { cells } = contentOf(entry) ?? {};
  return Array.isArray(cells) && cells.every((cell) => typeof cell?.cell_type === "string");
};

/** What a stored entry is, beside the version that the site has: {edited, newer}. */
export function judge(entry, siteVersion) {
  const content = contentOf(entry);
  const base = content?.metadata?.micrograd?.version;
  const now = isNotebook(entry) ? versionOf(content.cells) : null;
  // Without a base nobody knows what it was made from: it is the reader's, unless it is the site's.
  return { edited: now !== (base ?? siteVersion) && now !== siteVersion, newer: base !== siteVersion && now !== siteVersion };
}

/** The text of a copy as a file; of one that cannot be read, what there is of it. */
export const textOf = (entry) => {
  const content = contentOf(entry) ?? entry?.content ?? "";
  return typeof content === "string" ? content : `${JSON.stringify(content, null, 1)}\n`;
};

/** The entry without any cell's or the notebook's word that it can be trusted; itself, if it has none. */
function untrusted(entry) {
  if (entry?.type !== "notebook" && !String(entry?.path).endsWith(".ipynb")) return entry;
  const content = contentOf(entry);
  const marked = [content, ...(Array.isArray(content?.cells) ? content.cells : [])].filter((one) => Object.hasOwn(Object(one?.metadata), "trusted"));
  if (!marked.length) return entry;
  const copy = structuredClone(content);
  for (const one of [copy, ...(copy.cells ?? [])]) delete one?.metadata?.trusted;
  return { ...entry, content: typeof entry.content === "string" ? JSON.stringify(copy) : copy };
}

/**
 * From now on nothing that this page stores says that it can be trusted. A file carries that word in
 * itself, and Jupyter runs the scripts in the outputs of cells that have it; what the reader runs is
 * trusted as long as the page is open.
 */
export function storeUntrusted() {
  if (!globalThis.IDBObjectStore) return;
  const { put, add } = IDBObjectStore.prototype;
  const clean = (value) => (value && typeof value === "object" && "content" in value ? untrusted(value) : Array.isArray(value) ? value.map(clean) : value);
  IDBObjectStore.prototype.put = function (value, ...key) { return put.call(this, clean(value), ...key); };
  IDBObjectStore.prototype.add = function (value, ...key) { return add.call(this, clean(value), ...key); };
}

const indexedDBOrNone = () => { try { return globalThis.indexedDB ?? null; } catch { return null; } }; // cookies are blocked

export class Copies {
  /** @param root the address of the site, with a slash at its end */
  constructor(root) {
    this.name = `JupyterLite Storage - ${new URL(root).pathname}`;
  }

  /** Run an action on the stores; `nothing` where this browser has kept nothing, or keeps nothing. */
  async #within(mode, action, nothing) {
    const request = indexedDBOrNone()?.open(this.name);
    if (!request) return nothing;
    // To look must not make it: JupyterLite makes its database itself.
    request.onupgradeneeded = () => request.transaction.abort();
    const base = await asked(request).catch(() => null);
    if (!base) return nothing;
    try {
      if (![FILES, CHECKPOINTS].every((store) => base.objectStoreNames.contains(store))) return nothing;
      const transaction = base.transaction([FILES, CHECKPOINTS], mode);
      const done = finished(transaction);
      const [result] = await Promise.all([action(transaction.objectStore(FILES), transaction.objectStore(CHECKPOINTS)), done]);
      return result;
    } finally {
      base.close();
    }
  }

  /** Every notebook that is kept here, by path, however broken. */
  async all() {
    return this.#within("readonly", async (files) => {
      const [keys, entries] = await Promise.all([asked(files.getAllKeys()), asked(files.getAll())]);
      const found = keys.map((path, at) => [path, { ...entries[at], path }]);
      return new Map(found.filter(([path]) => typeof path === "string" && path.endsWith(".ipynb")));
    }, new Map());
  }

  /** What was stored before storeUntrusted, or by another page, is not trusted either. */
  async untrust() {
    await this.#within("readwrite", (...stores) => Promise.all(stores.map(async (store) => {
      for (const key of await asked(store.getAllKeys())) {
        const kept = await asked(store.get(key));
        const clean = Array.isArray(kept) ? kept.map((one) => untrusted(one)) : untrusted(kept);
        if ([kept].flat().some((one, at) => one !== [clean].flat()[at])) await asked(store.put(clean, key));
      }
    })), null);
  }

  /** Let a copy go, its checkpoints too: they would bring it back. */
  async drop(path) {
    await this.#within("readwrite", (files, checkpoints) => Promise.all([files, checkpoints].map((store) => asked(store.delete(path)))));
  }

  /** Keep a copy under a name of its own that is not taken; the new path. */
  async setAside(path, taken = []) {
    return this.#within("readwrite", async (files, checkpoints) => {
      const [entry, keys] = await Promise.all([asked(files.get(path)), asked(files.getAllKeys())]);
      if (!entry) return null;
      const used = new Set([...keys, ...taken]);
      let own = "";
      for (let k = 1; !own || used.has(own); k++) own = path.replace(/\.ipynb$/, `-mine${k > 1 ? `-${k}` : ""}.ipynb`);
      const content = structuredClone(contentOf(entry) ?? entry.content);
      delete content?.metadata?.micrograd;
      await asked(files.put({ ...entry, content, format: "json", name: own.split("/").pop(), path: own }, own));
      await Promise.all([files, checkpoints].map((store) => asked(store.delete(path))));
      return own;
    }, null);
  }

  /** Let go of copies of older versions in which nothing was edited. `versions`: the site's, by path. */
  async tidy(versions) {
    const worthless = (entry, version) => {
      const { edited, newer } = judge(entry, version);
      return newer && !edited;
    };
    await this.#within("readwrite", async (files, checkpoints) => {
      for (const [path, version] of Object.entries(versions)) {
        const [entry, kept] = await Promise.all([asked(files.get(path)), asked(checkpoints.get(path))]);
        const saved = [kept ?? []].flat().filter(Boolean);
        if (entry && !worthless(entry, version)) continue;
        if (entry) await asked(files.delete(path));
        if (saved.some((one) => worthless(one, version)) && !saved.some((one) => judge(one, version).edited)) await asked(checkpoints.delete(path));
      }
    });
  }
}

/** What pages of this site tell each other about copies: {root, path}, the copy at path was let go. */
export function channel() {
  try {
    return new BroadcastChannel("micrograd_wasm: copies of notebooks");
  } catch { // cookies are blocked
    return Object.assign(new EventTarget(), { postMessage() {} });
  }
}
