// Keeps what is drawn and what the controls say together: the newest configuration is trained,
// older ones are given up, and between a change and its picture the page is marked as being redone.

/** A run younger than this is let finish, so that a moving control shows every run it can. */
const PATIENCE_MS = 120;

export function createRunner(engine, { onResult, onWaiting, onFault }) {
  let flying = null, waiting = null, number = 0, timer = 0;

  async function start(job) {
    clearTimeout(timer);
    waiting = null;
    flying = { ...job, since: performance.now(), number: ++number };
    const mine = flying;
    try {
      const result = await engine.train(job.config);
      if (mine !== flying) return;
      flying = null;
      await onResult(result, job);
      for (const { resolve } of job.askers) resolve(result);
    } catch (error) {
      if (mine !== flying && ["Superseded", "Stopped"].includes(error?.name)) return;
      if (mine === flying) flying = null;
      if (!waiting && !flying) onFault(error);
      for (const { reject } of job.askers) reject(error);
    }
    if (waiting && !flying) start(waiting);
  }

  return {
    /** Give up what is being trained. Whoever asked for it gets an error of the name Stopped. */
    stop() {
      clearTimeout(timer);
      const askers = [waiting, flying].flatMap((job) => job?.askers ?? []);
      flying = waiting = null;
      engine.stop();
      for (const { reject } of askers) reject(Object.assign(new Error("the run was stopped"), { name: "Stopped" }));
    },
    get busy() { return Boolean(flying || waiting); },
    /** Train this configuration. Whoever asked for an older one gets the newest one's result. */
    train(config, about = {}) {
      onWaiting();
      return new Promise((resolve, reject) => {
        const askers = [...(waiting?.askers ?? []), { resolve, reject }];
        if (!flying) return start({ config, about, askers });
        waiting = { config, about, askers };
        const age = performance.now() - flying.since;
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (!waiting) return;
          if (flying) waiting.askers.push(...flying.askers);
          start(waiting);
        }, Math.max(0, PATIENCE_MS - age));
      });
    },
  };
}
