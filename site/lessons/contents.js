// The contents page: what is passed, and the reader's work as a file, or gone.

import { $, download } from "../js/dom.js";
import { keepForOffline } from "../js/offline.js";
import { setUpTheme } from "../js/theme.js";
import { erase, exported, imported, read } from "./store.js";

const atFirst = { href: $("begin").getAttribute("href"), text: $("begin").textContent, sum: $("so-far").textContent };

function showProgress() {
  let done = 0, sum = 0, next = null;
  for (const item of document.querySelectorAll("[data-lesson]")) {
    const all = Number(item.dataset.exercises), passed = Math.min(all, read(item.dataset.lesson).passed.length);
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
const say = (text) => { $("work-says").textContent = text; };

setUpTheme($("theme"));
document.querySelector(".buttons").hidden = false;
document.querySelector(".work-buttons").hidden = false;
$("export").addEventListener("click", () => {
  const { count, text } = exported();
  if (!count) return say("There is nothing to save yet. What you write and pass in the lessons will be here.");
  download("micrograd-lessons.json", text, "application/json");
  say(`Saved the work on ${count} lesson${count === 1 ? "" : "s"} to a file.`);
});
$("import").addEventListener("change", async ({ target }) => {
  try {
    const count = imported(await target.files[0].text());
    say(`Loaded the work on ${count} lesson${count === 1 ? "" : "s"}.`);
  } catch (error) {
    say(`Nothing was loaded: ${error.message}.`);
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
addEventListener("load", () => keepForOffline(new URL("../", document.baseURI)));
