// The backward pass over a drawn graph, box by box from its end: which gradients arrive at a box,
// from whom, times which local gradient, as the engine has them. Of a folded neuron, the local
// gradient is the product of those along the way through it.

import { nameOf } from "./graph-dot.js";

/** The edges by the node at one of their ends. */
function byEnd(edges, end) {
  const found = new Map();
  for (const edge of edges) {
    if (found.has(edge[end])) found.get(edge[end]).push(edge);
    else found.set(edge[end], [edge]);
  }
  return found;
}

/** The local gradient of a box's output with respect to each node inside of it. */
function slopesWithin({ nodes, into }, box, boxOf, out) {
  const slopes = new Map([[out.id, 1]]);
  for (let at = nodes.indexOf(out); at >= 0; at--) {
    const slope = slopes.get(nodes[at].id);
    if (slope === undefined) continue;
    for (const { from, local_gradient: local } of into.get(nodes[at].id) ?? []) {
      if (boxOf(from) === box) slopes.set(from, (slopes.get(from) ?? 0) + slope * local);
    }
  }
  return slopes;
}

/**
 * [{id, name, node, arrivals}] from the end of the graph back, so that each box comes when all that
 * it hears of is known. An arrival is {id, name, grad, local, share}: share = grad * local.
 *
 * @param {{nodes: object[], edges: object[]}} found the engine's graph, parents first
 * @param {{boxOf: (id: string) => string|null, speakers: Map<string, object>}} drawn as foldedDot has it
 */
export function backwardPass({ nodes, edges }, { boxOf, speakers }) {
  const into = byEnd(edges, "to"), outOf = byEnd(edges, "from");
  const place = new Map(nodes.map(({ id }, at) => [id, at]));
  const slopes = new Map();
  const slopesOf = (box) => slopes.get(box) ?? slopes.set(box, slopesWithin({ nodes, into }, box, boxOf, speakers.get(box))).get(box);
  const arrivalsAt = (box, node) => (outOf.get(node.id) ?? []).flatMap(({ to, local_gradient: local }) => {
    const by = boxOf(to);
    if (by === null || by === box) return [];
    const speaks = speakers.get(by), whole = local * (slopesOf(by).get(to) ?? 0);
    return [{ id: by, name: nameOf(speaks), grad: speaks.grad, local: whole, share: speaks.grad * whole }];
  });
  return [...speakers].sort(([, a], [, b]) => place.get(b.id) - place.get(a.id))
    .map(([id, node]) => ({ id, node, name: nameOf(node), arrivals: arrivalsAt(id, node) }));
}
