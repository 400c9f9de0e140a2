// The dialog that writes the two lines with which another page shows this lesson, and shows how.

import { button, copyText, make, setText } from "../js/dom.js";
import { root } from "./runtime.js";

const PARTS = [["title", "Title"], ["prose", "Text"], ["cells", "Code"], ["figures", "Figures"], ["exercises", "Exercises"]];

const attribute = (name, value) => (value ? ` ${name}="${value}"` : "");

/** The two lines, and the address that a plain iframe shows. */
export function snippet(slug, { theme, height, hide, start }) {
  const more = attribute("theme", theme) + attribute("height", height) + attribute("hide", hide.join(",")) + attribute("start", start === "click" ? "" : start);
  const address = new URL(`lessons/${slug}/`, root).href;
  const wishes = ["embed", theme && `theme=${theme}`, hide.length && `hide=${hide.join(",")}`, start !== "click" && `start=${start}`].filter(Boolean);
  return {
    element: `<script type="module" src="${new URL("embed.js", root).href}"></script>\n<micrograd-lesson name="${slug}"${more}><a href="${address}">Open the lesson</a></micrograd-lesson>`,
    iframe: `${address}#${wishes.join("&")}`,
  };
}

let dialog = null;

export function openShare(slug) {
  dialog ??= build(slug);
  dialog.showModal();
  dialog.dispatchEvent(new Event("refresh"));
}

function build(slug) {
  const text = make("textarea", { readonly: true, rows: "5", "aria-label": "The lines to copy", spellcheck: "false" });
  const preview = make("iframe", { title: "How it looks", loading: "lazy" });
  const select = (label, options) => make("select", { "aria-label": label }, ...options.map(([value, words]) => make("option", { value }, words)));
  const theme = select("Theme", [["", "The reader’s theme"], ["light", "Light"], ["dark", "Dark"]]);
  const height = select("Height", [["", "As high as it is"], ["480", "480 px, scrolls"], ["720", "720 px, scrolls"]]);
  const start = select("Python starts", [["click", "Python loads at the first run"], ["visible", "Python loads once visible"], ["eager", "Python loads at once"]]);
  const form = select("Form", [["element", "Two lines of HTML"], ["iframe", "A plain iframe"], ["link", "A link"]]);
  const parts = PARTS.map(([name, label]) => ({ name, box: make("input", { type: "checkbox", checked: true }), label }));
  const copied = make("span", { class: "state", role: "status" });
  const refresh = () => {
    const hide = parts.filter(({ box }) => !box.checked).map(({ name }) => name);
    const made = snippet(slug, { theme: theme.value, height: height.value, hide, start: start.value });
    const link = new URL(`lessons/${slug}/`, root).href;
    text.value = { element: made.element, iframe: `<iframe src="${made.iframe.replaceAll("&", "&amp;")}" title="${document.title}" width="100%" height="${height.value || 720}" style="border:0"></iframe>`, link }[form.value];
    if (preview.src !== made.iframe) preview.replaceWith(Object.assign(preview, { src: made.iframe }));
    setText(copied, "");
  };
  const own = make("dialog", { class: "share", "aria-labelledby": "share-title" },
    make("h2", { id: "share-title" }, "Share or embed this lesson"),
    make("div", { class: "row" }, form, theme, height, start),
    make("fieldset", { class: "row" }, make("legend", {}, "Show"), ...parts.map(({ box, label }) => make("label", { class: "check" }, box, label))),
    text,
    make("div", { class: "row" }, button("Copy", async () => { await copyText(text.value); setText(copied, "Copied."); }, { class: "primary" }), button("Close", () => own.close()), copied),
    preview);
  own.addEventListener("change", refresh);
  own.addEventListener("refresh", refresh);
  document.body.append(own);
  return own;
}
