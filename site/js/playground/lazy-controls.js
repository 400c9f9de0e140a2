// When the page gets what takes the reader's hand: the rail's controls, the plane's fingers and keys.
// The default run's picture does not wait for them: they are fetched while it is being made, and
// set up after it. But what shows parts by name looks at all of them, and a rail whose height moves
// what stands below it is there first.

import { within } from "../shared/reload.js";
import { configOf, defaults, same } from "./state/state.js";

const ROOM_IS_KEPT = matchMedia("(min-width: 1000px) and (min-height: 540px), (max-width: 719px)");
const LONGEST_MS = 2000; // for a picture that does not come

/** `onThere` is told when they are there, `onMissing` of the error that came instead; the rest is theirs. */
export function lazyControls({ onThere, onMissing, ...page }) {
  let controls = null, coming = null;
  const load = () => coming ??= within(import("./lazy.js")).catch((error) => {
    coming = null; // whoever needs them next tries again
    throw error;
  });
  /** Settles when they are there, or cannot be. */
  async function setUp() {
    if (controls) return;
    try {
      const { createLazyControls } = await load();
      if (controls) return;
      controls = createLazyControls(page);
      onThere();
    } catch (error) {
      onMissing(error);
    }
  }
  return {
    setUp,
    show(state) { controls?.show(state); },
    follow() { controls?.follow(); },
    canWait(state) {
      const { embed, hide, show } = state;
      return ROOM_IS_KEPT.matches && !embed && !hide.length && !show.length && same(configOf(state), configOf(defaults()));
    },
    /** Fetch them now; set them up once this promise is settled and the frame that shows the picture is over. */
    setUpAfter(picture) {
      load().catch(() => null);
      picture.then(() => requestAnimationFrame(() => setTimeout(setUp)));
      setTimeout(setUp, LONGEST_MS);
    },
  };
}
