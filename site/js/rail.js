// When the rail gets its controls: it holds most of the page's elements, and the default run's
// picture does not wait for them. But what shows parts by name looks at all of them, and a rail whose
// height moves what stands below it is there first.

import { createControls } from "./controls.js";
import { $ } from "./dom.js";
import { configOf, defaults, same } from "./state.js";

const ROOM_IS_KEPT = matchMedia("(min-width: 1100px) and (min-height: 700px), (max-width: 719px)");
const LONGEST_MS = 2000; // for a picture that does not come

/** `onFilled` is told when the controls are there; the rest is theirs. */
export function createRail({ onFilled, ...page }) {
  let controls = null;
  function fill() {
    if (controls) return;
    controls = createControls($("rail"), page);
    onFilled();
  }
  return {
    fill,
    show(state) { controls?.show(state); },
    canWait(state) {
      const { embed, hide, show } = state;
      return ROOM_IS_KEPT.matches && !embed && !hide.length && !show.length && same(configOf(state), configOf(defaults()));
    },
    /** Fill it once this promise is settled and the frame that shows the picture is over. */
    fillAfter(picture) {
      picture.then(() => requestAnimationFrame(() => setTimeout(fill)));
      setTimeout(fill, LONGEST_MS);
    },
  };
}
