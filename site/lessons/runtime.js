// Python for the cells of a page; nothing of it is fetched before the first question.

import { createPython as create } from "../js/engine/shared-python.js";

export const root = new URL("../../", document.currentScript?.src ?? location.href).href;
const file = new URL(PYTHON_FILE, root).href;

/** @param {string} group what the frames of one page share; empty for a page by itself */
export const createPython = (group, onStage) => create({ group, root, file, onStage });
