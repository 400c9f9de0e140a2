// The two dialogs, Share and Save, which are fetched when they are asked for.

import { showNotices } from "../../shared/messages.js";

/** @param {Error} error */
const missing = ({ message }) => showNotices([`This dialog did not load: ${message}. Press its button again to retry.`]);

/**
 * @param {object} page what a dialog shows is taken from: all that `createSaving` asks for, and
 * @param {ReturnType<typeof import("../state/store.js").createStore>} page.store
 * @param {ReturnType<typeof import("../state/address.js").createAddress>} page.address
 * @param {() => void} page.onTooLong these settings are too many for a link
 */
export function createDialogs({ store, address, onTooLong, ...page }) {
  /** @type {any} */
  let saving = null;
  const load = () => import("../lazy.js");
  async function share() {
    address.now(store.settings);
    if (!address.fits(store.settings)) return onTooLong();
    const { openShare } = await load();
    openShare(() => address.link({ ...store.settings, embed: false, hide: [], show: [], lesson: "" }));
  }
  async function save() {
    const { createSaving } = await load();
    saving ??= createSaving(page);
    saving.open();
  }
  return {
    share: () => share().catch(missing),
    save: () => save().catch(missing),
    /** @param {object|null} painted the picture that was painted; null: there is none */
    follow(painted) { saving?.follow(painted); },
  };
}
