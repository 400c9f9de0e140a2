"""Kernels that need no Python: files from which a page makes the training kernel of any data set.

For a network's shape and a loss, the kernels of all numbers of examples differ in a few addresses,
bounds and shares alone. So the engine compiles some of them here, and what differs is written down
as it follows from the numbers: js/engine/kernel-files.js puts it in, and has the bytes that the
engine would have made. There is one file for each way in which the code itself differs:

    even, odd                            the whole data set in each step, so many examples
    even-batches, odd-batches            so many of them in each step
    one                                  one of them in each step

Numbers are lists of factors: of 1, the number of examples, that of a batch, and that of the steps
which one call has room for. Code is hexadecimal digits, whose repetitions a host's gzip lives of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from builder.lessons_kernels import configuration
from builder.paths import SITE
from micrograd_wasm import losses
from micrograd_wasm.compiler.kernel.running import CALL_WORK
from micrograd_wasm.compiler.wasm.encoding import unsigned
from micrograd_wasm.compiler.wasm.module import Function, Module
from micrograd_wasm.compiler.wasm.opcodes import FIXED, LOCALS
from micrograd_wasm.page import session

Counts = tuple[int, int]  # of the examples, and of those in a batch
Factors = list[int]
Piece = str | tuple[str, Any]

# Enough to find the factors, and one more to see that they hold.
_SAMPLES: Final[dict[str, list[Counts]]] = {
    "even": [(2, 2), (40, 40), (250, 250), (390, 390), (500, 500)],
    "odd": [(3, 3), (41, 41), (251, 251), (391, 391), (499, 499)],
    "even-batches": [(5, 2), (60, 40), (280, 40), (351, 150), (301, 240), (500, 480)],
    "odd-batches": [(5, 3), (60, 41), (280, 41), (351, 151), (301, 241), (500, 481)],
    "one": [(2, 1), (60, 1), (280, 1), (500, 1)],
}
_LAYOUT: Final = "alpha parameters xs ys rates history records batches".split()


def write(folder: Path) -> list[str]:
    """Write the files, one folder for each kind. Returns their names without the ending."""
    names = []
    surfaces: dict[str, str] = {}
    for sizes, activations, loss in families():
        for variant, samples in _SAMPLES.items():
            name = f"{_family(sizes, activations, loss)}.{variant}"
            _write(folder / f"{name}.json", template(sizes, activations, loss, samples))
            names.append(name)
        surfaces[_family(sizes, activations)] = session.surface_key(sizes, activations)
    for name, key in surfaces.items():
        program = session.surface(key)
        facts = {"layout": program.layout, "binary": program.binary.hex()}
        _write(folder / f"{name}.surface.json", facts)
        names.append(f"{name}.surface")
    return names


def families() -> list[tuple[list[int], list[str], str]]:
    """Sizes, activations and loss of the presets' networks, and the default one's other losses."""
    presets = json.loads((SITE / "js" / "playground" / "state" / "presets.json").read_text())
    changes = [
        *(preset["set"] for preset in presets),
        *({"loss": loss} for loss in losses.EXAMPLE_LOSSES),
    ]
    found: dict[str, tuple[list[int], list[str], str]] = {}
    for config in map(configuration, changes):
        sizes, kinds, loss = [2, *config["layers"], 1], config["activations"], config["loss"]
        found[_family(sizes, kinds, loss)] = (sizes, kinds, loss)
    return list(found.values())


def _family(sizes: Sequence[int], activations: Sequence[str], *more: str) -> str:
    return ".".join(["-".join(map(str, sizes)), "-".join(activations) or "none", *more])


def _write(path: Path, facts: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, separators=(",", ":")) + "\n")


def template(
    sizes: list[int], activations: list[str], loss: str, samples: list[Counts]
) -> dict[str, Any]:
    """What the kernels of these examples and batches have in common, and what follows from them.

    Raises:
        ValueError: they differ in something that is no sum of the numbers.
    """
    keys = [session.kernel_key(sizes, activations, loss, *counts) for counts in samples]
    programs = [session.kernel(key) for key in keys]
    modules = [program.module for program in programs]
    steps = [program.layout["call_steps"] for program in programs]
    columns = [(1, n, b, s) for (n, b), s in zip(samples, steps, strict=True)]
    fit = _Fit(columns)
    first = modules[0]
    facts = {
        "layout": {one: fit.factors([p.layout[one] for p in programs]) for one in _LAYOUT},
        "parameters": programs[0].layout["parameter_count"],
        "steps": [session.CALL_STEPS, CALL_WORK],
        "code": [
            list(_pieces([module.functions[k] for module in modules], fit, samples))
            for k in range(len(first.functions))
        ],
        **_around(first),
    }
    for module in modules[1:]:
        if _around(module) != _around(first):
            raise ValueError(f"{keys[0]}: the modules differ in more than their code")
    return facts


class _Fit:
    """Sums of the numbers of a kernel that give what differs between kernels."""

    def __init__(self, columns: Sequence[Sequence[int]]) -> None:
        self._rows = columns
        # A number that is always the same, or the same as another one, is left out.
        self._used: list[int] = []
        for k in range(len(columns[0])):
            if self._rank([*self._used, k]) > len(self._used):
                self._used.append(k)

    def _rank(self, used: list[int]) -> int:
        return len(_reduced([[Fraction(row[k]) for k in used] for row in self._rows]))

    def factors(self, numbers: Sequence[int]) -> Factors:
        rows = [
            [*(Fraction(row[k]) for k in self._used), Fraction(number)]
            for row, number in zip(self._rows, numbers, strict=True)
        ]
        solved = _reduced(rows)
        if len(solved) != len(self._used) or any(row[-1].denominator != 1 for row in solved):
            raise ValueError(f"{numbers} do not follow from {self._rows}")
        found = [0] * len(self._rows[0])
        for k, row in zip(self._used, solved, strict=True):
            found[k] = int(row[-1])
        return found


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """The rows that are not zero after Gauss and Jordan's elimination."""
    done: list[list[Fraction]] = []
    waiting = [list(row) for row in rows]
    for column in range(len(rows[0])):
        pivot = next((row for row in waiting if row[column] != 0), None)
        if pivot is None:
            continue
        waiting.remove(pivot)
        pivot[:] = [number / pivot[column] for number in pivot]
        for row in [*done, *waiting]:
            factor = row[column]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        done.append(pivot)
    return done


def _pieces(functions: list[Function], fit: _Fit, samples: list[Counts]) -> Iterator[Piece]:
    """A function's code: what is always the same, and in between what is not."""
    first = functions[0]
    if any([op for op, _ in one.body] != [op for op, _ in first.body] for one in functions):
        raise ValueError(f"function {first.name}: other instructions for other numbers")
    if any(one.locals != first.locals for one in functions):
        raise ValueError(f"function {first.name}: other variables for other numbers")
    declared = first.encode()
    declared = declared[declared.index(bytes(first.code)) - _declaration_size(first) :]
    code = bytes(first.code)
    done = at = 0
    head = declared[: _declaration_size(first)]
    for k, (op, immediate) in enumerate(first.body):
        size = _size(op, immediate)
        values = [one.body[k][1] for one in functions]
        if op in FIXED and _written(op, values) > 1:
            opcode = FIXED[op][0]
            yield (head + code[done : at + len(opcode)]).hex()
            head = b""
            done = at + size
            yield _differing(op, values, fit, samples)
        at += size
    if at != len(code):
        raise ValueError(f"function {first.name}: {at} bytes were counted, there are {len(code)}")
    yield (head + code[done:] + b"\x0b").hex()


def _written(op: str, values: list[Any]) -> int:
    """In how many ways these immediates of an instruction are written."""
    follows = FIXED[op][3]
    return len(set(map(follows, values))) if follows else 1


def _differing(op: str, values: list[Any], fit: _Fit, samples: list[Counts]) -> Piece:
    if op == "f64.const":
        for kind, of in (("share", lambda b: 1.0 / b), ("float", float)):
            if values == [of(batch) for _, batch in samples]:
                return (kind, 0)
        raise ValueError(f"{values} are neither a batch's size nor its share")
    return ("signed" if op.endswith("const") else "unsigned", fit.factors(values))


def _declaration_size(function: Function) -> int:
    """The bytes that declare a function's variables, which stand before its code."""
    body = function.encode()
    whole = next(k for k in range(1, 6) if len(unsigned(len(body) - k)) == k)
    return len(body) - whole - len(function.code) - 1


def _size(op: str, immediate: Any) -> int:
    """The bytes of an instruction."""
    if op in FIXED:
        opcode, _, _, follows = FIXED[op]
        return len(opcode) + (len(follows(immediate)) if follows else 0)
    if op in LOCALS:
        return 1 + len(unsigned(immediate))
    if op in ("block", "loop", "if"):
        return 2
    if op in ("br", "br_if"):
        return 1 + len(unsigned(immediate))
    if op == "call":
        return 1 + len(unsigned(immediate.index))
    return 1


def _around(module: Module) -> dict[str, str]:
    """The sections of a module before its memory's size, between that and the code, and after."""
    binary = module.encode()
    found = {"before": binary[:8], "between": b"", "after": b""}
    at, place = 8, "before"
    while at < len(binary):
        number, start = binary[at], at + 1
        size = shift = 0
        while True:
            byte = binary[start]
            size |= (byte & 127) << shift
            shift += 7
            start += 1
            if byte < 128:
                break
        if number == 5:
            place = "between"
        elif number == 10:
            place = "after"
        else:
            found[place] += binary[at : start + size]
        at = start + size
    return {name: part.hex() for name, part in found.items()}
