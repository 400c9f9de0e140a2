// What the dialog of embed-dialog.js has to know of the playground: its state, and its parts.

import { createEmbedDialog } from "../../shared/embed-dialog.js";

const PARTS = [
  ["plane", "Plane", true], ["legend", "Legend", true], ["curves", "Curves", true], ["timeline", "Timeline", true],
  ["facts", "Facts", false], ["network", "Network", false], ["drawer", "Inside the run", false],
  ["rail", "Controls", false], ["run,step,reset", "Run, Step, To step 0", false],
];

let dialog = null, getLink = null;

/** @param {() => string} link makes the link to the page in its present state */
export function openShare(link) {
  getLink = link;
  dialog ??= createEmbedDialog(() => {
    const address = getLink();
    return {
      heading: "Share or embed this run", form: "link",
      tag: "micrograd-playground", attributes: { state: address.split("#")[1] }, root: address.split("#")[0],
      link: address, label: "This run in the playground",
      parts: PARTS, partsWord: "show", height: 640,
    };
  });
  dialog.open();
}
