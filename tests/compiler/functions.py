"""Modules of one function, for the tests of the encoder."""

from micrograd_wasm.compiler import host
from micrograd_wasm.compiler.wasm.module import Module


def function(results="", params=(("a", "d"), ("n", "i")), name="f"):
    """A new function of a new module with one page of memory, exported."""
    module = Module(memory_bytes=65536)
    return module, module.function(name, params, results, export=True)


def built(instructions, results="", params=(("a", "d"), ("n", "i"))):
    """An instance of a module with one function of these instructions."""
    module, f = function(results, params)
    for op, *immediate in instructions:
        f.emit(op, *immediate)
    return host.instantiate(module.encode())
