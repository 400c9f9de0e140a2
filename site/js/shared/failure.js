// What can go wrong with Python, told in one way on all pages. There are six kinds, and no error of
// one kind is told as another:
//
// - "unable": this browser lacks what Python needs, so that to try again is no use.
// - "start": Python did not start: a file did not come, for one.
// - "stopped": the reader ended it.
// - "yours": the reader's own code went wrong, or brought Python down with it.
// - "died": Python broke down, and nothing says that the reader's code did it.
// - "silent": it has not answered for long, and may still be at work.

const STAGES = new Map([["download", "loading Python"], ["python", "starting Python"], ["engine", "starting the engine"], ["worker", "starting its worker"]]);
const OVERFLOW = /call stack|recursion/i, MEMORY = /memory|allocation|MemoryError/i;

function kindOf({ name, stage }) {
  if (name === "Stopped") return "stopped";
  if (name === "CodeError") return "yours";
  if (stage === "unable") return "unable";
  if (stage === "silent") return "silent";
  if (name === "BootError") return stage === "running" ? "died" : "start";
  return "yours";
}

/** What happened, as a title and a sentence. What can be done is for the page to say. */
export function wordsOf(error) {
  const { name, message, stage } = error, kind = kindOf(error);
  switch (kind) {
    case "stopped": return { kind, title: "Stopped.", text: "" };
    case "unable": return { kind, title: "Python cannot run here.", text: message };
    case "silent": return { kind, title: "Python does not answer.", text: `Python has not answered ${message}. It may still be at work on this run.` };
    case "died": return { kind, title: "Python stopped.", text: `Python stopped (${message}).` };
    case "start": {
      const when = STAGES.has(stage) ? ` while ${STAGES.get(stage)}` : "";
      return { kind, title: "Python did not start.", text: `Python did not start: it failed${when} (${message}).` };
    }
    default: {
      if (name !== "CodeError") return { kind, title: "That did not work.", text: `${name}: ${message}` };
      const what = OVERFLOW.test(message) ? "it called itself without an end, deeper than this browser goes"
        : MEMORY.test(message) ? "it needs more memory than a tab has"
        : message;
      return { kind, title: "Your code brought Python down:", text: `${what}.` };
    }
  }
}
