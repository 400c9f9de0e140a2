// Before an app of JupyterLite starts: no link runs code. What comes in the Python prompt's link is
// put where a reader would type it, and waits for Run. If this does not load, the app does not start.

const { pathname, search, hash } = location;

/** The same parameters, but for what would run their code; as they were if they carry none. */
function shownOnly(text, mark) {
  const given = new URLSearchParams(text.replace(/^[#?]+/, ""));
  if (!given.has("code")) return text;
  given.set("execute", "0");
  return mark + given;
}

const shown = [shownOnly(search, "?"), shownOnly(hash, "#")];
if (shown[0] !== search || shown[1] !== hash) history.replaceState(history.state, "", pathname + shown.join(""));
