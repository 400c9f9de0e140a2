// A drawing context that writes SVG: as much of CanvasRenderingContext2D as this page's pictures
// use, so that what is drawn on a canvas can be taken away as lines, text and shapes.

const fixed = (value) => String(+value.toFixed(2));
const escaped = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

export class SvgContext {
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  lineCap = "butt";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign = "start";
  #size;
  #parts = [];
  #path = [];
  #dash = [];

  constructor(width, height) { this.#size = [width, height].map(Math.round); }

  setLineDash(dash) { this.#dash = dash; }
  beginPath() { this.#path = []; }
  moveTo(x, y) { this.#to("M", x, y); }
  lineTo(x, y) { this.#to("L", x, y); }
  bezierCurveTo(...places) { this.#to("C", ...places); }
  rect(x, y, width, height) { this.#path.push(`M${fixed(x)} ${fixed(y)}h${fixed(width)}v${fixed(height)}h${fixed(-width)}z`); }
  /** Whole circles only. */
  arc(x, y, r) {
    const half = `a${fixed(r)} ${fixed(r)} 0 1 0`;
    this.#path.push(`M${fixed(x - r)} ${fixed(y)}${half} ${fixed(2 * r)} 0${half} ${fixed(-2 * r)} 0z`);
  }
  fill() { this.#add(`path d="${this.#path.join("")}" fill="${this.fillStyle}"${this.#alpha()}/`); }
  stroke() { if (this.#path.length) this.#add(`path d="${this.#path.join("")}" fill="none"${this.#line()}/`); }
  fillRect(x, y, width, height) { this.#add(`rect${this.#box(x, y, width, height)} fill="${this.fillStyle}"${this.#alpha()}/`); }
  strokeRect(x, y, width, height) { this.#add(`rect${this.#box(x, y, width, height)} fill="none"${this.#line()}/`); }
  fillText(text, x, y) {
    const anchor = { center: "middle", right: "end", end: "end" }[this.textAlign] ?? "start";
    this.#add(`text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" style="font:${escaped(this.font)}" fill="${this.fillStyle}"${this.#alpha()}>${escaped(text)}</text`);
  }
  drawImage(image, ...places) {
    const [sx, sy, width, height, ...box] = places.length > 4 ? places : [0, 0, image.width, image.height, ...places];
    const cut = document.createElement("canvas");
    Object.assign(cut, { width, height });
    cut.getContext("2d").drawImage(image, sx, sy, width, height, 0, 0, width, height);
    this.#add(`image${this.#box(...box)} preserveAspectRatio="none" href="${cut.toDataURL()}"/`);
  }
  toString() {
    const [width, height] = this.#size;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${this.#parts.join("\n")}\n</svg>\n`;
  }

  #to(letter, ...places) { this.#path.push(`${letter}${places.map(fixed).join(" ")}`); }
  #add(inside) { this.#parts.push(`<${inside}>`); }
  #box(x, y, width, height) { return ` x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}"`; }
  #alpha() { return this.globalAlpha < 1 ? ` opacity="${fixed(this.globalAlpha)}"` : ""; }
  #line() {
    const dash = this.#dash.length ? ` stroke-dasharray="${this.#dash.join(" ")}"` : "";
    return ` stroke="${this.strokeStyle}" stroke-width="${fixed(this.lineWidth)}" stroke-linecap="${this.lineCap}"${dash}${this.#alpha()}`;
  }
}
