// The playground inside another page: there it fetches no Python before a touch unless it is told
// to, says when it is ready and when it has trained, and how high it is. On a line that is to be
// spared it asks before it fetches Python, wherever it is.

import { embedded, framed, tell, tellHeight, whenStarting, wishes } from "../shared/host-page.js";
import { showInvitation, showPrice } from "../shared/messages.js";

const TOUCHES = ["click", "keydown", "input"]; // a finger that scrolls past is none
const PASSING = new Set(["Tab", "Shift", "Escape"]);

/** Does the reader, or the line, ask for little data? (Where a browser does not say: no.) */
function isThrifty() {
  const { saveData, type } = navigator.connection ?? {};
  return Boolean(saveData) || type === "cellular";
}

export function createEmbedding({ start, hasPicture, isWaiting, getState, onInvited, onOffer }) {
  const thrifty = isThrifty(), asked = embedded || thrifty;
  let touched = !asked, wanted = false, welcomed = false, told = "";
  /** A touch: where data is to be saved, none is a yes to Python. */
  function touch() {
    if (!thrifty) agree();
  }
  function agree() {
    touched = true;
    if (wanted) start();
    wanted = false;
  }
  function welcome() {
    if (!welcomed) tell("micrograd-ready", { playground: "playground" });
    welcomed = true;
  }
  /** Something needs Python: may it be fetched? Otherwise the reader is asked, if nothing is there. */
  function mayStart() {
    if (touched) return true;
    wanted = true;
    if (thrifty) onOffer(agree);
    if (thrifty && isWaiting() && hasPicture()) showPrice(agree);
    if (!hasPicture()) {
      showInvitation(getState(), agree);
      onInvited();
    }
    welcome();
    return false;
  }
  if (embedded && !thrifty) for (const kind of TOUCHES) addEventListener(kind, ({ key }) => { if (!PASSING.has(key)) touch(); }, { capture: true });
  return {
    touch, welcome,
    get waits() { return !touched; },
    /** What the engine is told of this. */
    terms: asked ? { mayStart, group: wishes.group } : {},
    settle() {
      if (embedded) whenStarting(() => { touched = true; start().catch(() => null); });
      if (framed && wishes.auto) tellHeight();
    },
    ran({ fingerprint, finalLoss, finalAccuracy }) {
      if (fingerprint === told) return;
      told = fingerprint;
      tell("micrograd-ran", { playground: "playground", fingerprint, finalLoss, finalAccuracy });
    },
  };
}
