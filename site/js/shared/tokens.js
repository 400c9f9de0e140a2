// Code taken apart for colours: comments (c), strings (s), the language's own words (k), numbers (n),
// and all else. Enough to read by; it does not parse.

const PYTHON_WORDS = "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield";
const WAT_WORDS = "module type import export func param result local global memory data table elem mut then else if block loop end br br_if call return drop select start offset";
const anyOf = (words) => `(?<![\\w.$])(${words.replaceAll(" ", "|")})(?![\\w.])`;

// Each with four groups, in the order of the kinds.
const PATTERNS = {
  python: new RegExp(`(#[^\\n]*)|("""[\\s\\S]*?(?:"""|$)|'''[\\s\\S]*?(?:'''|$)|(?:(?<!\\w)[rbf]{1,3})?"(?:\\\\.|[^"\\\\\\n])*"?|(?:(?<!\\w)[rbf]{1,3})?'(?:\\\\.|[^'\\\\\\n])*'?)|${anyOf(PYTHON_WORDS)}|((?<![\\w.])\\d[\\d_]*\\.?\\d*(?:e[+-]?\\d+)?)`, "g"),
  wat: new RegExp(`(;;[^\\n]*|\\(;[\\s\\S]*?(?:;\\)|$))|("(?:\\\\.|[^"\\\\])*"?|\\$[^\\s()]+)|${anyOf(WAT_WORDS)}|((?<![\\w.$])[+-]?(?:0x[\\da-f][\\da-f_.p+-]*|\\d[\\d_]*(?:\\.\\d*)?(?:e[+-]?\\d+)?|inf|nan)(?![\\w.]))`, "gi"),
};
const KINDS = ["c", "s", "k", "n"];

/** [kind or "", text] of each piece, in order; the pieces make up the source. `language`: python, wat. */
export function tokens(source, language) {
  const found = [];
  let last = 0;
  for (const match of source.matchAll(PATTERNS[language])) {
    if (match.index > last) found.push(["", source.slice(last, match.index)]);
    found.push([KINDS[match.slice(1).findIndex((part) => part !== undefined)], match[0]]);
    last = match.index + match[0].length;
  }
  if (last < source.length) found.push(["", source.slice(last)]);
  return found;
}
