// Says that what was written is not kept on this device, and offers it as a file.

import { button, download, make, setText } from "../js/shared/dom.js";
import { exported } from "./store.js";

export const FILE = "micrograd-lessons.json";
let box = null;

/** Told once, and again after the reader has put it away and writes on. */
export function tellLost() {
  if (box) return;
  const said = make("p", { role: "alert" });
  const save = () => {
    download(FILE, exported().text, "application/json");
    setText(said, "It is in the file. Load that on the contents page to go on from there.");
  };
  const away = () => { box.remove(); box = null; };
  box = make("div", { class: "lost" }, said, make("div", { class: "row" }, button("Save my work to a file", save, { class: "primary" }), button("Not now", away)));
  document.body.append(box);
  setText(said, "This browser does not keep what you write here: it has no room for it, or may keep nothing. It is there until you close this page.");
}
