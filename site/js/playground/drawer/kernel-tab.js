// The kernel that ran: how large, how long to make and to run, its text, and the module itself.

import { setCode } from "./code-view.js";
import { button, download, make, setText } from "../../shared/dom.js";
import { stepsOf } from "../../shared/history.js";

const SHOWN = 40000; // characters; a text of a large network has millions

export function createKernelTab(panel, { engine }) {
  const facts = make("p", { class: "num", id: "kernel-facts" });
  const text = make("pre", { tabindex: "0", role: "group", id: "kernel-text", "aria-label": "The kernel as WebAssembly text" });
  let whole = "", of = null, shown = null;
  const save = button("Download .wasm", async () => download("kernel.wasm", new Blob([await engine.wasm(shown)], { type: "application/wasm" })), { id: "kernel-download" });
  const saveText = button("Download .wat", () => download("kernel.wat", whole), { disabled: true });
  const content = [facts, make("div", { class: "row" }, save, saveText), text];
  return {
    async show(painted) {
      if (content[0].parentElement !== panel) panel.replaceChildren(...content);
      save.disabled = !painted;
      if (!painted) {
        of = shown = null;
        saveText.disabled = true;
        setText(text, "");
        return setText(facts, "The kernel comes with the run.");
      }
      const { result } = painted;
      const ms = (time) => (Number.isFinite(time) ? `${time.toFixed(1)} ms` : "–");
      setText(facts, `${(result.kernelBytes / 1000).toFixed(1)} kB, ${result.emitMs === null ? "emitted when this site was built" : `emitted in ${ms(result.emitMs)}`}, compiled in ${ms(result.compileMs - (result.emitMs ?? 0))}, ran in ${ms(result.trainMs)} for ${stepsOf(result.history)} steps of ${result.config.batchSize ?? result.points.length / 3} examples.`);
      shown = result.kernel;
      if (shown === of) return;
      if (!of) setText(text, "Waiting for Python …");
      const mine = shown, found = await engine.wat(mine);
      if (mine !== shown) return;
      [whole, of] = [found, mine];
      setCode(text, whole.length > SHOWN ? `${whole.slice(0, whole.lastIndexOf("\n", SHOWN))}\n;; … ${(whole.length / 1000).toFixed(0)} kB in all: download it to read on` : whole, "wat");
      saveText.disabled = false;
    },
  };
}
