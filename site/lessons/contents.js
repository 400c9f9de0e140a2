// The contents page: what is passed, and the reader's work as a file, or gone.

import { alive } from "../js/shared/reload.js";
import { $, button, download } from "../js/shared/dom.js";
import { keepForOffline } from "../js/shared/offline.js";
import { setUpTheme } from "../js/shared/theme.js";
import { FILE } from "./lost.js";
import { erase, exported, imported, read, whenChanged } from "./store.js";

const atFirst = { href: $("begin").getAttribute("href"), text: $("begin").textContent, sum: $("so-far").textContent };

function showProgress() {
  let done = 0, sum = 0, next = null;
  for (const item of document.querySelectorAll("[data-lesson]")) {
    const names = item.dataset.exercises.split(" "), all = names.length;
    const own = new Set(read(item.dataset.lesson).passed);
    const passed = names.filter((name) => own.has(name)).length;
    done += passed;
    sum += all;
    if (passed < all) next ??= item.querySelector("a");
    const line = item.querySelector(".done");
    line.textContent = passed ? `${passed} of ${all} exercises passed` : "";
    line.style.setProperty("--share", passed / all);
  }
  // The way on: the first lesson with something left to do.
  const on = done && next;
  $("begin").href = on ? next.getAttribute("href") : atFirst.href;
  $("begin").textContent = on ? `Go on with ${next.textContent}` : atFirst.text;
  $("so-far").textContent = done ? `${done} of ${sum} exercises passed` : atFirst.sum;
}
const say = (...content) => $("work-says").replaceChildren(...content);
const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

setUpTheme($("theme"));
alive();
document.querySelector(".buttons").hidden = false;
document.querySelector(".work-buttons").hidden = false;
$("export").addEventListener("click", () => {
  const { count: works, text } = exported();
  if (!works) return say("There is nothing to save yet. What you write and pass in the lessons will be here.");
  download(FILE, text, "application/json");
  say(`Saved the work on ${count(works, "lesson")} to a file.`);
});
$("import").addEventListener("change", async ({ target }) => {
  try {
    const { lessons, texts, passed, replaced, undo } = imported(await target.files[0].text());
    const over = replaced ? ` ${count(replaced, "text")} of yours made room for the file’s. ` : " ";
    say(`Loaded the work on ${count(lessons, "lesson")}: ${count(texts, "new text")}, ${count(passed, "exercise")} passed.${over}`,
      button("Undo", () => { undo(); say("It is as it was before the file."); showProgress(); }));
  } catch (error) {
    say(`Nothing was loaded, and nothing of yours has changed: ${error.message}.`);
  }
  target.value = "";
  showProgress();
});
$("erase").addEventListener("click", () => {
  const sure = $("erase").dataset.sure;
  if (!sure) {
    $("erase").dataset.sure = "1";
    $("erase").textContent = "Erase everything, really";
    return say("This cannot be undone. Press again to erase what you wrote and passed.");
  }
  delete $("erase").dataset.sure;
  $("erase").textContent = "Erase";
  erase();
  say("Erased. This device keeps nothing of your work now.");
  showProgress();
});
showProgress();
whenChanged(showProgress);
addEventListener("load", () => keepForOffline(new URL("../", document.baseURI)));
