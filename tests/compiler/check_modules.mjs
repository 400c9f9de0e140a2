// Asks two programs that are not ours about modules: Node's engine whether they are valid, and (for
// those with a text) wabt which bytes the text assembles to.
//
//   node check_modules.mjs <file>
//
// The file holds [{wasm: base64, wat?: text}, ...]; printed is [{valid, assembled?: base64}, ...].
import { readFileSync } from "node:fs";

const modules = JSON.parse(readFileSync(process.argv[2], "utf8"));
const texts = modules.some((module) => module.wat !== undefined);
const wabt = texts ? await (await import("wabt")).default() : null;

const answers = modules.map(({ wasm, wat }) => {
  const answer = { valid: WebAssembly.validate(Buffer.from(wasm, "base64")) };
  if (wat !== undefined) {
    const parsed = wabt.parseWat("module.wat", wat);
    parsed.resolveNames();
    parsed.validate();
    const { buffer } = parsed.toBinary({ write_debug_names: true });
    answer.assembled = Buffer.from(buffer).toString("base64");
    parsed.destroy();
  }
  return answer;
});
process.stdout.write(JSON.stringify(answers));
