// What the dialog of js/shared/embed-dialog.js has to know of a lesson.

import { createEmbedDialog } from "../js/shared/embed-dialog.js";
import { root } from "./runtime.js";

const PARTS = [["title,idea", "Title", true], ["prose", "Text", true], ["cells", "Code", true], ["figures", "Figures", true], ["exercises", "Exercises", true]];

let dialog = null;

export function openShare(slug, title) {
  dialog ??= createEmbedDialog(() => ({
    heading: "Share or embed this lesson", form: "element",
    tag: "micrograd-lesson", attributes: { name: slug }, root,
    link: new URL(`lessons/${slug}/`, root).href, label: `Lesson: ${title}`,
    parts: PARTS, partsWord: "hide", height: 720,
  }));
  dialog.open();
}
