// The two dialogs, Share and Save, which are fetched when they are asked for.

import { showNotices } from "../../shared/messages.js";

const missing = ({ message }) => showNotices([`This dialog did not load: ${message}. Press its button again to retry.`]);

export function createDialogs({ store, address, onTooLong, ...page }) {
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
    follow(painted) { saving?.follow(painted); },
  };
}
