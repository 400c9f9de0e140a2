"""Runs a module: in the browser through Pyodide, elsewhere through wasmtime.

The only file of the package that knows which. Numbers cross as whole arrays of float64s: one copy
each way, however many there are.
"""

from __future__ import annotations

import atexit
import sys
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

LONG = 64 * 1024  # bytes of a program from which on wasmtime is to compile it in haste

# A module with one instruction on vectors, which training programs are made of: "f64x2.splat".
# Browsers take it since 2021 (Chrome 91, Firefox 89) and 2023 (Safari 16.4).
VECTORS = bytes.fromhex("0061736d01000000 010401600000 03020100 0a10010e00") + bytes.fromhex(
    "440000000000000000 fd14 1a 0b"
)


class Instance(ABC):
    """A module that is ready to run."""

    @abstractmethod
    def call(self, name: str, *args: float) -> Any:
        """Call an exported function: its result, or a list of several.

        In the browser an integer comes back as a float.
        """

    @abstractmethod
    def write(self, address: int, numbers: array[Any]) -> None:
        """Copy an array ("d" or "i") into the module's memory."""

    @abstractmethod
    def read(self, address: int, count: int) -> array[float]:
        """Copy `count` float64s out of the module's memory."""


class NoHost(RuntimeError):
    """There is nothing here that can run WebAssembly."""

    def __init__(self, message: str = "") -> None:
        # A copy, or one from another process, is made from its message.
        super().__init__(message or _no_host())


def _no_host() -> str:
    if sys.platform == "emscripten":
        return (
            "no WebAssembly runtime: this browser's lacks vectors, which compiled runs need. Use a "
            'newer one (Chrome 91, Firefox 89, Safari 16.4), or engine="eager"'
        )
    return (
        "no WebAssembly runtime: outside the browser, compiled runs need wasmtime. "
        'Install it with `pip install "micrograd-wasm[native]"`, or use engine="eager"'
    )


def available() -> bool:
    """Whether `instantiate` will find something that can run a module."""
    if sys.platform == "emscripten":
        return _browser_has_vectors()
    try:
        import wasmtime  # noqa: F401, PLC0415 - an optional extra
    except ImportError:
        return False
    return True


def instantiate(binary: bytes) -> Instance:
    """Compile and instantiate a module that imports nothing and exports "memory".

    Raises:
        NoHost: neither in a browser (of these years) nor beside wasmtime.
    """
    if sys.platform == "emscripten":
        if not _browser_has_vectors():
            raise NoHost
        return _BrowserInstance(binary)
    try:
        return _WasmtimeInstance(binary)
    except ImportError:
        raise NoHost from None


class _BrowserInstance(Instance):
    def __init__(self, binary: bytes) -> None:
        self._js: Any = import_module("js")
        self._error: type[Exception] = import_module("pyodide.ffi").JsException
        self._exports = self._js.WebAssembly.Instance.new(_browser_module(binary)).exports

    def call(self, name: str, *args: float) -> Any:
        # A number that comes straight to Python would lose the sign of -0.0 (JavaScript's -0
        # becomes the int 0). So JavaScript does the call, by mapping over a list of one list of
        # arguments, and the results go from its array into a Float64Array.
        function = getattr(self._exports, name)
        apply = self._js.Function.prototype.apply.bind(function, None)
        try:
            outcome = self._js.Array.from_([self._js.Array.of(*args)], apply)
        except self._error as error:
            raise _out_of_stack("the browser") from error
        several = not isinstance(outcome[0], int | float)
        typed = self._js.Float64Array.new(outcome[0] if several else outcome)
        results = array("d", bytes(8 * typed.length))
        typed.assign_to(results)
        return results.tolist() if several else results[0]

    def write(self, address: int, numbers: array[Any]) -> None:
        make = self._js.Float64Array if numbers.typecode == "d" else self._js.Int32Array
        make.new(self._exports.memory.buffer, address, len(numbers)).assign(numbers)

    def read(self, address: int, count: int) -> array[float]:
        view = self._js.Float64Array.new(self._exports.memory.buffer, address, count)
        numbers = array("d", bytes(8 * count))
        view.assign_to(numbers)
        return numbers


@lru_cache(maxsize=1)
def _browser_has_vectors() -> bool:
    js, ffi = import_module("js"), import_module("pyodide.ffi")  # in Pyodide only
    return bool(js.WebAssembly.validate(ffi.to_js(VECTORS)))


@lru_cache(maxsize=16)
def _browser_module(binary: bytes) -> Any:
    # Both modules exist in Pyodide only.
    js, ffi = import_module("js"), import_module("pyodide.ffi")
    # Synchronous: allowed for any size in a worker, and up to 8 MB on a page's main thread.
    return js.WebAssembly.Module.new(ffi.to_js(binary))


class _WasmtimeInstance(Instance):
    def __init__(self, binary: bytes) -> None:
        import wasmtime  # noqa: PLC0415 - an optional extra

        module = _wasmtime_module(binary)
        self._store = wasmtime.Store(_wasmtime_engine(len(binary) > LONG))
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._memory: Any = self._exports["memory"]

    def call(self, name: str, *args: float) -> Any:
        import wasmtime  # noqa: PLC0415 - an optional extra

        function: Any = self._exports[name]
        try:
            return function(self._store, *args)
        except wasmtime.Trap as error:
            raise _out_of_stack("wasmtime") from error

    def write(self, address: int, numbers: array[Any]) -> None:
        self._memory.write(self._store, numbers.tobytes(), address)

    def read(self, address: int, count: int) -> array[float]:
        numbers: array[float] = array("d")
        numbers.frombytes(bytes(self._memory.read(self._store, address, address + 8 * count)))
        return numbers


@lru_cache(maxsize=2)
def _wasmtime_engine(long: bool) -> Any:
    import wasmtime  # noqa: PLC0415 - an optional extra

    # What wasmtime holds has to go before the interpreter takes wasmtime itself apart.
    atexit.register(_wasmtime_engine.cache_clear)
    atexit.register(_wasmtime_module.cache_clear)
    config = wasmtime.Config()
    if long:
        # The usual choice of registers takes time that grows with the square of a function's
        # length: 12 seconds for 10,000 parameters, minutes for 20,000. This one takes a second, but
        # its code needs more stack. 1 MB is what there is in every thread of every system.
        config.cranelift_flag_set("regalloc_algorithm", "single_pass")
        config.max_wasm_stack = 1 << 20
    return wasmtime.Engine(config)


@lru_cache(maxsize=16)
def _wasmtime_module(binary: bytes) -> Any:
    import wasmtime  # noqa: PLC0415 - an optional extra

    return wasmtime.Module(_wasmtime_engine(len(binary) > LONG), binary)


def _out_of_stack(who: str) -> ValueError:
    """The one thing that can go wrong while a program runs: it traps nowhere by itself."""
    return ValueError(
        f"the program is too large: it needs more stack than {who} has. Make it smaller, "
        'or leave it to the eager engine (engine="eager"), which takes any size'
    )


def floats(numbers: Iterable[float]) -> array[float]:
    """Numbers as an array that `write` takes."""
    return array("d", numbers)
