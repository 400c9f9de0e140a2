// The kernel of JupyterLite's apps. Its worker is the site's own, because its files and what it asks
// the reader go through the site's service worker. So what is taken from it is what it can do
// without: it is started from a blob, which is under this page's policy where a script of the site
// would be under none (no other host is reached), and loses the site's storage and workers of its own.

const KERNEL = /\/pyodide-kernel-extension\/static\/[\w.-]*worker\.[\w.]+\.js$/;
const CONFINE = new URL("kernel-worker.js", import.meta.url);
const Native = globalThis.Worker;

globalThis.Worker = class Worker extends Native {
  constructor(address, options) {
    const { href, pathname } = new URL(address, location.href);
    if (!KERNEL.test(pathname)) { super(address, options); return; }
    const text = `import ${JSON.stringify(CONFINE.href)};\nimport ${JSON.stringify(href)};\n`;
    const blob = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    super(blob, options);
  }
};
