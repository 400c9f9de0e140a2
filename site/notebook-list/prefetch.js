// Fetches what every notebook needs before it is asked for: Python and JupyterLab's core. At once
// when a hand is on its way to a link, else when the page has nothing more to do. The notebook's own
// page does not do this: there it takes the line from what shows the text, and Python comes no sooner.

const link = (href) => Object.assign(document.createElement("link"), { rel: "prefetch", href });

/** `links`: what is about to be used when a pointer or the focus comes to it. */
export function prefetch(links, addresses) {
  const { connection } = navigator;
  let begun = false;
  const begin = () => {
    if (begun || connection?.saveData) return;
    begun = true;
    document.head.append(...addresses.map(link));
  };
  for (const one of links) for (const kind of ["pointerenter", "focus", "touchstart"]) one.addEventListener(kind, begin, { passive: true });
  // Unasked only where it costs nobody: not on a connection that is slow or paid for by the byte.
  const free = connection && connection.type !== "cellular" && connection.effectiveType === "4g";
  if (free) globalThis.requestIdleCallback?.(begin, { timeout: 3000 });
}
