// The address bar: the state in the fragment, at most one history entry for a drag, Back, Forward
// and an edited fragment followed. In a frame it is read and never written: an entry of the frame's
// would stand in the host's history.

import { framed } from "../../shared/host-page.js";
import { readFragment, writeFragment } from "./state.js";

const SETTLE_MS = 250;
const SAME_GESTURE_MS = 1200;
const LONGEST = 8000;

export function createAddress({ onNavigate, onTooLong }) {
  let written = "", told = "", timer = 0, pushedAt = 0, pushedBy = "", newest = null, pending;
  const current = () => location.hash.replace(/^#/, "");

  function flush(by) {
    clearTimeout(timer);
    pending = undefined;
    if (!newest) return;
    const fragment = writeFragment(newest);
    newest = null;
    if (fragment === written) return;
    if (fragment.length > LONGEST) return told === fragment ? undefined : onTooLong(told = fragment);
    if (framed) return;
    const now = performance.now();
    const sameGesture = by !== undefined && by === pushedBy && now - pushedAt < SAME_GESTURE_MS;
    history[sameGesture ? "replaceState" : "pushState"](null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    written = fragment;
    [pushedAt, pushedBy] = [now, by];
  }
  function navigate() {
    if (current() === written) return;
    clearTimeout(timer);
    newest = null;
    pending = undefined;
    const { state, notices } = readFragment(location.hash);
    written = current();
    canonical(state);
    onNavigate(state, notices);
  }
  function canonical(state) {
    const fragment = writeFragment(state);
    if (fragment === written || framed) return;
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    written = fragment;
  }
  addEventListener("popstate", navigate);
  addEventListener("hashchange", navigate);
  return {
    /** The state that the page was opened with, and what had to be mended in its link. */
    open() {
      const found = readFragment(location.hash);
      written = current();
      canonical(found.state);
      return found;
    },
    /** Note a state; `settled` when the finger has let go, `by` names the control it moves. */
    note(state, settled, by) {
      if (pending && pending.by !== by) flush(pending.by); // another control moves: keep what was
      newest = state;
      clearTimeout(timer);
      pending = settled ? { by } : undefined;
      if (settled) timer = setTimeout(() => flush(by), SETTLE_MS);
    },
    now(state) { newest = state; flush(); },
    /** Is this state small enough to be a link? */
    fits: (state) => writeFragment(state).length <= LONGEST,
    link(state) {
      const fragment = writeFragment(state);
      return location.href.split("#")[0] + (fragment ? `#${fragment}` : "");
    },
  };
}
