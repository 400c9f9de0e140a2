// Can this browser show the page and run kernels, and what to say if not. Written for old browsers, too.

export const UNABLE = `This page computes with WebAssembly and its vectors, and this browser lacks them or has them switched off. ${BROWSERS} and all newer ones have them; a locked-down browser may need WebAssembly allowed for this site.`;
export const TOO_OLD = `This browser is too old for this page, which takes ${BROWSERS} or a newer one. The lessons can be read in any browser.`;

/** Python runs, though no kernel may. */
export const canRunPython = () => typeof WebAssembly === "object";

/** WebAssembly, with vectors: asked by a module that has one instruction of them, f64x2.splat. */
export function canCompute() {
  const module = "0061736d0100000001040160000003020100" + "0a10010e00440000000000000000fd141a0b";
  return canRunPython() && WebAssembly.validate(Uint8Array.from(module.match(/../g), (byte) => parseInt(byte, 16)));
}

/** The youngest of what scripts and styles are written in (site/builder/browsers.mjs). */
export const isYoungEnough = () => CSS.supports("selector(:has(a))") && CSS.supports("color", "color-mix(in srgb, red, blue)") && "adoptedStyleSheets" in document;
