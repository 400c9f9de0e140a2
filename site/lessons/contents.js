// The contents page: what is passed, and the reader's work as a file, or gone.

import { $, download } from "../js/dom.js";
import { erase, exported, imported, read } from "./store.js";
import { setUpTheme } from "./theme.js";

function showProgress() {
  for (const item of document.querySelectorAll("[data-lesson]")) {
    const passed = read(item.dataset.lesson).passed.length, all = Number(item.dataset.exercises);
    const line = item.querySelector(".done");
    line.textContent = passed ? `${Math.min(passed, all)} of ${all} exercises passed` : "";
    line.style.setProperty("--share", Math.min(1, passed / Math.max(1, all)));
  }
}
const say = (text) => { $("work-says").textContent = text; };

setUpTheme($("theme"));
document.querySelector(".buttons").hidden = false;
document.querySelector(".work-buttons").hidden = false;
$("export").addEventListener("click", () => { download("micrograd-lessons.json", exported(), "application/json"); say("Saved to a file."); });
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
