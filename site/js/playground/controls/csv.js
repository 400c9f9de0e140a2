// Points from a table of text: rows of cells, whatever stands between them and above them. What the
// columns mean is proposed and can be chosen; every row that does not fit is named with what is
// wrong about it.

import { dsvFormat } from "d3-dsv";

const MOST_ERRORS = 8;
const LABELS = /label|class|target|species|kind|type|group|colou?r/i;
const cut = (text) => text.slice(0, 20);

/** A cell's number, or NaN. With semicolons or tabs between cells a comma may be the decimal point. */
function numberOf(cell, commas) {
  const text = commas && /^[-+]?\d*,\d+$/.test(cell) ? cell.replace(",", ".") : cell;
  return text === "" || /^0x|^0b|^0o|infinity/i.test(text) ? NaN : Number(text);
}

/** The cells of a line: with semicolons or tabs between them, a comma is a decimal point. */
function cellsOf(line) {
  if (/[;\t]/.test(line)) return { cells: line.split(/[;\t]/), commas: true };
  return { cells: line.includes(",") ? line.split(",") : line.trim().split(/\s+/), commas: false };
}

/** Lines as rows of cells; where cells are quoted, with one kind of separator for all. */
function rowsOf(text) {
  if (!text.includes('"')) return text.split(/\r\n|\r|\n/).map(cellsOf);
  const [separator] = [";", "\t", ","].map((one) => [one, text.split(one).length]).reduce((a, b) => (b[1] > a[1] ? b : a));
  return dsvFormat(separator).parseRows(text).map((cells) => ({ cells, commas: separator !== "," }));
}

/**
 * Read a table: {names, columns, rows, width}. `names` are the columns', `columns` says of each
 * whether it is of numbers and which different values it has, `rows` are {line, cells, numbers}.
 */
export function readTable(text) {
  const rows = rowsOf(text.replace(/^\uFEFF/, "")).map(({ cells, commas }, k) => {
    const trimmed = cells.map((cell) => cell.trim());
    return { line: k + 1, cells: trimmed, numbers: trimmed.map((cell) => numberOf(cell, commas)) };
  }).filter(({ cells }) => cells.some((cell) => cell !== "") && !cells[0].startsWith("#"));
  const isHeading = rows.length > 1 && rows[0].numbers.every((one) => Number.isNaN(one)) && rows.slice(1).some(({ numbers }) => numbers.some(Number.isFinite));
  const heading = isHeading ? rows.shift().cells : null;
  const width = heading?.length ?? rows[0]?.cells.length ?? 0;
  const names = Array.from({ length: width }, (_, k) => heading?.[k] || (width === 3 ? ["x", "y", "label"][k] : `column ${k + 1}`));
  const columns = names.map((name, k) => {
    const numeric = rows.filter(({ numbers }) => Number.isFinite(numbers[k])).length;
    const values = [...new Set(rows.filter(({ cells }) => cells.length === width).map(({ cells, numbers }) => (Number.isFinite(numbers[k]) ? String(numbers[k]) : cells[k])))];
    return { name, numeric: numeric * 2 > rows.length, values };
  });
  return { names, columns, rows, width };
}

const isLabel = ({ values }) => values.length <= 2 && values.every((one) => one === "-1" || one === "0" || one === "1");

/** Which columns are x, y and the label, and which value is class 1: a first proposal. */
export function propose({ columns, width }) {
  const all = columns.map((_, k) => k);
  const last = width - 1, named = columns.findIndex(({ name }) => LABELS.test(name));
  const isClass = (k) => k >= 0 && (columns[k].values.length === 2 || isLabel(columns[k]) || !columns[k].numeric);
  // By its name; the last one; one of two words. Of numbers alone, the last one is what they lead to.
  const label = width < 3 ? -1 : [named, last, ...all.filter((k) => !columns[k].numeric)].find(isClass) ?? (named >= 0 ? named : last);
  const [x = -1, y = -1] = all.filter((k) => k !== label && columns[k].numeric);
  return { x, y, label, one: usualOne(columns[label]) };
}

/** The value that is class 1 unless somebody says otherwise; null: numbers above the middle one are. */
export function usualOne(column) {
  if (!column) return null;
  const { values, numeric } = column;
  if (numeric && values.length > 2) return null;
  return values.includes("1") ? "1" : [...values].sort().at(-1) ?? null;
}

/** Is there nothing to choose: three columns, labels -1 and 1 or 0 and 1? */
export const isPlain = ({ columns, width }, { x, y, label }) => width === 3 && x === 0 && y === 1 && label === 2 && isLabel(columns[2]) && columns[2].values.length > 0;

/** The middle of a column's numbers. */
export function middleOf({ rows }, column) {
  const sorted = rows.map(({ numbers }) => numbers[column]).filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The largest size of a coordinate. */
export const sizeOfPlane = ({ rows }, { x, y }) => rows.reduce((most, { numbers }) => Math.max(most, ...[numbers[x], numbers[y]].filter(Number.isFinite).map(Math.abs)), 0);

/**
 * Points [[x, y, label]] of a table, as `choice` {x, y, label, one, scale} says, and what is wrong
 * with its rows: {rows, errors}. With `scale` each axis goes from -2 to 2.
 */
export function pointsOf(table, choice, { most, reach }) {
  const { rows, names, width, columns } = table;
  const { x, y, label, one, scale } = choice;
  const errors = [], found = [];
  const middle = one === null && columns[label]?.numeric ? middleOf(table, label) : null;
  const bare = width <= 3 && x < 2 && y < 2; // then a wrong cell is named by what it was to be
  for (const { line, cells, numbers } of rows) {
    const fault = faultOf();
    if (fault) errors.push(`Row ${line}: ${fault}`);
    else if (found.length === most) errors.push(`Row ${line}: there is room for ${most} points`);
    else found.push([numbers[x], numbers[y], classOf()]);

    function faultOf() {
      if (width < 3 && !(label >= 0)) return `has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, and needs 3: x, y, label`;
      if (cells.length !== width) return `has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, and needs ${width}: ${names.join(", ").slice(0, 60)}`;
      for (const [k, usual] of [[x, "x"], [y, "y"]]) {
        const name = bare ? usual : names[k];
        if (!Number.isFinite(numbers[k])) return `${name} is “${cut(cells[k] ?? "")}”, not a number`;
        if (!scale && Math.abs(numbers[k]) > reach) return `${name} is ${cut(cells[k])}, beyond ${reach}`;
      }
      if (cells[label] === "") return "the label is missing";
    }
    function classOf() {
      if (middle !== null) return numbers[label] > middle ? 1 : -1;
      return (Number.isFinite(numbers[label]) ? String(numbers[label]) : cells[label]) === one ? 1 : -1;
    }
  }
  const rest = errors.length - MOST_ERRORS;
  return {
    rows: scale ? scaled(found) : found,
    errors: rest > 0 ? [...errors.slice(0, MOST_ERRORS), `and ${rest} more rows`] : errors,
  };
}

/** Each axis from -2 to 2. */
function scaled(points) {
  const axis = (k) => {
    const values = points.map((point) => point[k]);
    const low = values.reduce((a, b) => Math.min(a, b), Infinity), high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const half = high / 2 - low / 2 || 1, centre = high / 2 + low / 2;
    return (value) => +(2 * ((value - centre) / half)).toFixed(4) + 0;
  };
  const [x, y] = [axis(0), axis(1)];
  return points.map(([px, py, label]) => [x(px), y(py), label]);
}

export const writePoints = (rows) => ["x,y,label", ...rows.map((row) => row.join(","))].join("\n");
