// Points from pasted text: x, y, label in each row; commas, semicolons, tabs or spaces between.
// Every wrong row is named with what is wrong about it; nothing is guessed.

const MOST_ERRORS = 8;

/** {rows: [[x, y, label]], errors: ["Row 3: ..."]} */
export function readPoints(text, { most, reach }) {
  const rows = [], errors = [];
  text.split(/\r\n|\r|\n/).forEach((line, k) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const cells = (/[,;\t]/.test(trimmed) ? trimmed.split(/[,;\t]/) : trimmed.split(/\s+/)).map((cell) => cell.trim());
    if (rows.length === 0 && errors.length === 0 && cells.every((cell) => /^["']?[a-z_]+["']?$/i.test(cell) && !/^(nan|infinity|inf)$/i.test(cell))) return; // a heading
    const fault = faultOf(cells, reach);
    if (fault) errors.push(`Row ${k + 1}: ${fault}`);
    else if (rows.length === most) errors.push(`Row ${k + 1}: there is room for ${most} points`);
    else rows.push(cells.map(Number));
  });
  const rest = errors.length - MOST_ERRORS;
  return { rows, errors: rest > 0 ? [...errors.slice(0, MOST_ERRORS), `and ${rest} more rows`] : errors };
}

function faultOf(cells, reach) {
  if (cells.length !== 3) return `has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, and needs 3: x, y, label`;
  for (const [k, name] of ["x", "y"].entries()) {
    const value = cells[k] === "" ? NaN : Number(cells[k]);
    if (!Number.isFinite(value)) return `${name} is “${cells[k].slice(0, 20)}”, not a number`;
    if (Math.abs(value) > reach) return `${name} is ${cells[k].slice(0, 20)}, beyond ${reach}`;
  }
  return Math.abs(Number(cells[2])) === 1 && cells[2] !== "" ? undefined : `the label is “${cells[2].slice(0, 20)}”, and must be -1 or 1`;
}

export const writePoints = (rows) => ["x,y,label", ...rows.map((row) => row.join(","))].join("\n");
