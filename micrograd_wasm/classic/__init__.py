"""The original micrograd's mutable API over this package's engine.

Code written for micrograd runs with its import changed: `micrograd.engine` becomes
`micrograd_wasm.classic.engine`, `micrograd.nn` becomes `micrograd_wasm.classic.nn`; or take all
names from here:

    from micrograd_wasm.classic import MLP, Value

    x = Value(-4.0)
    y = (x * x).relu()
    y.backward()
    x.grad                           # -8.0: written on x

A `Value` here is a box: `.data` and `.grad` can be changed. What it calculates with is the
engine's immutable Value, so the numbers and the gradients have the engine's bits, the same on
every run.

It differs from the original where the original goes wrong:

- A graph of any depth can be differentiated. The original's recursion ends near 990 operations.
- A neuron refuses a row with too many or too few inputs. The original drops what does not fit.
- A hidden layer of one neuron works. The original hands the next layer a lone Value, which fails.
- `backward()` adds the derivatives to `.grad`, as in the original: once more adds them once more,
  and `zero_grad()` begins anew. In the original a second pass also passes on what the first left on
  the Values in between, so that the leaves get more than twice the derivative.
- A gradient belongs to the numbers that went into the result. The original mixes in the new number
  of a Value that was changed between the result and `backward()`.
- Division by zero, overflow, NaN: an ArithmeticError where it happens. The original carries
  infinities and complex numbers on.

`draw_dot(y)` draws the graph behind y, without graphviz. An operation of your own is written as in
the original, `Value(data, (x,), "name")` with a `_backward`: see engine.py.

Numbers are floats: the original's `Value(2).data` is 2, here it is 2.0.
"""

from . import engine, nn
from .engine import Value, draw_dot
from .nn import MLP, Layer, Module, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron", "Value", "draw_dot", "engine", "nn"]
