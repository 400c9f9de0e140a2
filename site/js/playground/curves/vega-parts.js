// The parts of Vega that a line chart needs, put together as the `vega` package does it with all
// of its parts. Maps, force layouts, word clouds and the rest stay out: half the bytes.

import { transforms } from "vega-dataflow";
import * as encode from "vega-encode";
import { parse } from "vega-parser";
import * as basic from "vega-transforms";
import { View } from "vega-view";
import * as layout from "vega-view-transforms";
import { expressionInterpreter } from "vega-interpreter";

Object.assign(transforms, basic, layout, encode);

/** A view of a compiled specification, without eval: expressions run as syntax trees. */
export function makeView(spec, config) {
  return new View(parse(spec, config, { ast: true }), { expr: expressionInterpreter, renderer: "canvas", hover: false, logLevel: 1 });
}
