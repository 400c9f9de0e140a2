// An example's graph as DOT with its neurons folded: one box for a neuron until it is opened. The
// rows (nodes with data, grad, name and neuron; edges) are the engine's; nothing is calculated here.

import { shown } from "../../shared/dom.js";

const quote = (text) => `"${String(text).replace(/[\\"]/g, "\\$&")}"`;
export const keyOf = (neuron) => `n${neuron[0]}_${neuron[1]}`;
export const nameOf = (node) => node.name || node.label || (node.is_leaf ? "constant" : node.op);

/**
 * {dot, boxOf, speakers}: `open` is the set of neurons shown in full; with `only`, that neuron and
 * what it reads. `boxOf(id)` is the box that a node is drawn in, or null; `speakers` holds for each
 * box the node that it speaks for: itself, or the output of a folded neuron.
 */
export function foldedDot({ nodes, edges }, open, only) {
  // The neuron that a node is part of; a parameter belongs to the one that reads it.
  const home = new Map(nodes.filter((node) => node.neuron).map((node) => [node.id, keyOf(node.neuron)]));
  const folded = (id) => { const key = home.get(id); return key && !open.has(key) ? key : id; };
  const seen = only && new Set(nodes.filter(({ id }) => home.get(id) === only).map(({ id }) => folded(id)));
  if (only) for (const edge of edges) if (home.get(edge.to) === only) seen.add(folded(edge.from));
  // Neurons stand one below the other as they are counted: in the order of the edges that lead there.
  const ordering = home.size ? "ordering=out; " : "";
  const lines = ["digraph example {", `rankdir=LR; ${ordering}ranksep=0.5; nodesep=0.12; bgcolor=transparent;`,
    'node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="#8a919c", fontname="Helvetica", fontsize=12, margin="0.14,0.04", penwidth=0.8];', 'edge [color="#8a919c", arrowsize=0.5, penwidth=0.7];'];
  const last = new Map(); // each neuron's output
  for (const node of nodes) { const key = home.get(node.id); if (key && !node.is_leaf) last.set(key, node); }
  const caption = (node) => `${nameOf(node)}\ndata ${shown(node.data, 4)}\ngrad ${shown(node.grad, 4)}`;
  const speakers = new Map();
  for (const node of nodes) {
    const id = folded(node.id);
    if (speakers.has(id) || (seen && !seen.has(id))) continue;
    const isNeuron = id !== node.id;
    const speaks = isNeuron ? last.get(id) : node;
    speakers.set(id, speaks);
    const fill = isNeuron ? "#e8eefc" : node.is_leaf ? "#f4f4f0" : "#ffffff";
    const text = isNeuron ? `▸ ${caption(speaks)}` : caption(node);
    lines.push(`${id} [id=${quote(id)}, label=${quote(text).replace(/\n/g, "\\n")}, fillcolor="${fill}"];`);
  }
  const drawn = new Set();
  for (const edge of edges) {
    const from = folded(edge.from), to = folded(edge.to), key = `${from}>${to}`;
    if (only && home.get(edge.to) !== only) continue;
    if (from === to || (drawn.has(key) && (from !== edge.from || to !== edge.to))) continue;
    drawn.add(key);
    lines.push(`${from} -> ${to} [id=${quote(key)}];`);
  }
  lines.push("}");
  const boxOf = (id) => { const box = folded(id); return speakers.has(box) ? box : null; };
  return { dot: lines.join("\n"), boxOf, speakers };
}
