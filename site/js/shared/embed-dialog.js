// The dialog that writes what shows this page in another one: an element and its script, a plain
// frame, or a link. What can be copied is what the preview shows: the very lines, in a page of their own.

import { closesByBackdrop } from "./backdrop.js";
import { button, copyText, make, setText } from "./dom.js";

const escaped = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`).replaceAll("&#38;", "&amp;").replaceAll("&#34;", "&quot;");
const attribute = (name, value) => (value === true ? ` ${name}` : value ? ` ${name}="${escaped(value)}"` : "");

/**
 * The lines for what was chosen.
 *
 * @param {object} what `tag`, its own `attributes`, the `root` of the site, the plain `link` and its
 *   `label`, the usual `height` of a plain frame, and `partsWord`: whether parts are named that are
 *   left out ("hide") or those that are kept ("show")
 * @param {object} chosen form, theme, height, start, transparent, ink, parts; for a plain frame also
 *   width (pixels; otherwise all of its column) and, where no height is chosen, how high its content
 *   is `measured` to be at that width
 */
export function snippet(what, { form, theme, height, start, transparent, ink, parts, width, measured }) {
  const { tag, attributes, root, link, label, partsWord } = what;
  if (form === "link") return link;
  if (form === "iframe") {
    const wishes = ["embed", !height && "auto", theme && `theme=${theme}`, parts && `${partsWord}=${parts}`, start !== "click" && `start=${start}`].filter(Boolean);
    const [page, state] = link.split("#");
    const address = `${page}#${[state, ...wishes].filter(Boolean).join("&")}`;
    return `<iframe src="${escaped(address)}" title="${escaped(label)}" width="${width || "100%"}" height="${height || measured || what.height}" style="border: 0"></iframe>`;
  }
  const all = { ...attributes, [partsWord]: parts, theme, height, start: start === "click" ? "" : start, transparent, color: ink && "inherit" };
  const written = Object.entries(all).map(([name, value]) => attribute(name, value)).join("");
  return `<script type="module" src="${escaped(new URL("embed.js", root).href)}"></script>\n<${tag}${written}><a href="${escaped(link)}">${escaped(label)}</a></${tag}>`;
}

/** A page around the lines, with the looks of this one. */
function previewPage(lines) {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="${scheme}"><title>Preview</title><body>${lines}`;
}

/**
 * @param {() => object} describe what is shared, as `snippet` takes it, at the moment of opening;
 *   besides, `heading`, `parts` as [names, label, on at first], and the `form` to begin with
 */
export function createEmbedDialog(describe) {
  let what = describe();
  const select = (label, options) => make("select", { "aria-label": label }, ...options.map(([value, words]) => make("option", { value }, words)));
  const box = (label, on = false) => {
    const input = make("input", { type: "checkbox", checked: on });
    return { input, element: make("label", { class: "check" }, input, label) };
  };
  const form = select("Form", [["link", "A link"], ["element", "Two lines of HTML"], ["iframe", "A plain iframe"]]);
  const theme = select("Theme", [["", "Theme of the page around it"], ["light", "Light"], ["dark", "Dark"]]);
  const height = select("Height", [["", "As high as it is"], ["480", "480 px high"], ["720", "720 px high"]]);
  const width = select("Width", [["", "As wide as its column"], ["480", "480 px wide"], ["640", "640 px wide"], ["960", "960 px wide"]]);
  const start = select("Python starts", [["click", "Python loads when needed"], ["visible", "Python loads once visible"], ["eager", "Python loads at once"]]);
  const transparent = box("No background of its own"), ink = box("Text in the colour around it");
  const parts = what.parts.map(([names, label, on]) => ({ names, ...box(label, on) }));
  const text = make("textarea", { readonly: true, rows: "5", spellcheck: "false", "aria-label": "What to copy" });
  const preview = make("iframe", { title: "Preview" });
  const told = make("span", { class: "state", role: "status" });
  const choices = make("div", { class: "row" }, theme, height, width, start);
  const ground = make("div", { class: "row" }, transparent.element, ink.element);
  const shown = make("fieldset", { class: "row" }, make("legend", {}, "Show"), ...parts.map(({ element }) => element));
  const copy = button("Copy", async () => { await copyText(text.value); setText(told, "Copied."); }, { class: "primary" });

  // A preview waits for nobody, and this page's policy takes no style from a text.
  const previewed = (text) => text.replace(/ start="\w+"|&amp;start=\w+/, "").replace(' style="border: 0"', "");
  let measured = 0, current = ""; // how high the plain frame's content is; the lines of the preview
  function lines() {
    const on = what.partsWord === "show";
    const named = parts.filter(({ input }) => input.checked === on).map(({ names }) => names).join(",");
    return snippet(what, {
      form: form.value, theme: theme.value, height: height.value, width: width.value, start: start.value,
      transparent: transparent.input.checked, ink: ink.input.checked, parts: named, measured,
    });
  }
  function refresh() {
    const isLink = form.value === "link";
    for (const part of [choices, shown, preview]) part.hidden = isLink;
    ground.hidden = form.value !== "element"; // a plain frame is told nothing of the page around it
    width.hidden = form.value !== "iframe";
    const before = measured;
    measured = 0;
    const now = lines();
    if (now === current) measured = before;
    else if (!isLink) preview.srcdoc = previewPage(previewed(now));
    current = now;
    text.value = lines();
    text.rows = isLink ? 2 : 5;
    const none = what.partsWord === "show" && parts.every(({ input }) => !input.checked);
    setText(told, none && !isLink ? "With none of them chosen, all are shown." : "");
  }
  // A plain frame is written as high as its content is here: it cannot be told so later.
  let watcher = null;
  preview.addEventListener("load", () => {
    watcher?.disconnect();
    const frame = preview.contentDocument?.querySelector("body > iframe");
    if (!frame) return;
    frame.style.border = "0";
    if (height.value) return;
    const { body } = frame.contentDocument;
    watcher = new ResizeObserver(() => {
      const high = Math.ceil(body.getBoundingClientRect().height);
      if (!high || high === measured || form.value !== "iframe") return;
      measured = high;
      frame.height = measured;
      text.value = lines();
    });
    watcher.observe(body);
  });
  const dialog = make("dialog", { class: "share", "aria-labelledby": "share-title" },
    make("h2", { id: "share-title" }, what.heading),
    make("div", { class: "row" }, form), choices, ground, shown, text,
    make("div", { class: "row" }, copy, button("Close", () => dialog.close()), told),
    preview);
  form.value = what.form;
  dialog.addEventListener("change", refresh);
  // A frame that nobody sees is not to compute.
  dialog.addEventListener("close", () => {
    watcher?.disconnect();
    preview.srcdoc = text.value = current = "";
  });
  closesByBackdrop(dialog);
  document.body.append(dialog);
  return {
    open() {
      what = describe();
      refresh();
      dialog.showModal();
      copy.focus();
    },
  };
}
