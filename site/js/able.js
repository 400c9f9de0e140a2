// Can this browser run kernels, and what to say if not.

export const UNABLE = "This page computes with WebAssembly and its vectors, and this browser lacks them or has them switched off. Chrome 91, Firefox 89, Safari 16.4 and all newer ones have them; a locked-down browser may need WebAssembly allowed for this site.";

/** WebAssembly, with vectors: asked by a module that has one instruction of them, f64x2.splat. */
export function canCompute() {
  const module = "0061736d0100000001040160000003020100" + "0a10010e00440000000000000000fd141a0b";
  return typeof WebAssembly === "object" && WebAssembly.validate(Uint8Array.from(module.match(/../g), (byte) => parseInt(byte, 16)));
}
