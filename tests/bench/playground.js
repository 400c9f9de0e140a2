// Watches the playground from inside: when a control moved, when its picture stood, what the engine
// took of it, and whether anything on the page jumped. Put into the page before its own scripts.

{
  const waiting = []; // input events whose picture has not been painted
  const watched = (window.watched = { latencies: [], presented: [], engine: [], surface: [], paints: 0, first: null, shift: 0, shifts: [] });

  addEventListener("input", ({ target, timeStamp }) => {
    const name = target.dataset?.slider;
    if (name) waiting.push({ name, at: timeStamp, value: window.micrograd.state[name] });
  });
  document.addEventListener("painted", ({ detail }) => {
    const now = performance.now();
    watched.paints++;
    // An event is answered by the first picture of its own value or of a later one.
    const newest = waiting.findLastIndex(({ name, value }) => detail.result.config[name] === value);
    const answered = waiting.splice(0, newest + 1);
    watched.latencies.push(...answered.map(({ at }) => now - at));
    const { port1, port2 } = new MessageChannel();
    requestAnimationFrame(() => port2.postMessage(null));
    port1.onmessage = () => {
      port1.close();
      if (watched.first === null) {
        watched.first = performance.now();
        console.debug("the first picture stands");
      }
      watched.presented.push(...answered.map(({ at }) => performance.now() - at));
    };
  });

  const asked = new Map();
  const place = { train: watched.engine, surface: watched.surface };
  window.Worker = class extends Worker {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data }) => {
        const { name, at } = asked.get(data?.answer) ?? {};
        if (!data?.error) place[name]?.push(performance.now() - at);
        asked.delete(data?.answer);
      });
    }

    postMessage(message, ...more) {
      if (place[message?.name]) asked.set(message.call, { name: message.name, at: performance.now() });
      super.postMessage(message, ...more);
    }
  };

  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      watched.shift += value;
      for (const { node, previousRect: a, currentRect: b } of sources) {
        const name = node?.id || node?.className || node?.parentElement?.id || node?.nodeName;
        watched.shifts.push(`${name} ${a.x},${a.y},${a.width},${a.height} to ${b.x},${b.y},${b.width},${b.height}`);
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
}
