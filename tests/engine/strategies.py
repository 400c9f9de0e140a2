"""Random expressions as programs: every operation, shared parts, depth, no kink in reach.

A program is a list of leaves and a list of steps; each step names an operation and which earlier
results it takes. `evaluate` runs it over any kind of number that has the operations: our Values, or
mpmath's numbers of 50 digits, which share no code with us.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from micrograd_wasm.engine.operations import FUNCTIONS
from micrograd_wasm.numerics import elementary

# How far a drawn operand stays from where its operation has a kink, a pole or an end of its domain.
MARGIN = 0.1
# Larger results are squashed at once: a product of products would leave the floats' range.
LARGE = 50.0

BINARY = ("+", "-", "*", "/", "sum")
UNARY = ("neg", *FUNCTIONS, "**", "rpow", "+c", "c-", "c*", "c/")
EXPONENTS = (-2, -1.0, 0.5, 1, 2, 2.5, 3)


@dataclass(frozen=True)
class Program:
    """Leaves, and steps (operation, left, right, constant) over them; the last is the result."""

    leaves: tuple[float, ...]
    steps: tuple[tuple[str, int, int, float], ...]


def apply(functions: Any, step: tuple[str, int, int, float], results: list[Any]) -> Any:
    """One step over earlier results. `functions` has those of `FUNCTIONS`."""
    operation, left, right, constant = step
    a, b = results[left], results[right]
    match operation:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "sum":
            return a + b + a  # one of them twice: a doubled edge further down the sum
        case "neg":
            return -a
        case "**":
            return a**constant
        case "rpow":
            return constant**a
        case "+c":
            return a + constant
        case "c-":
            return constant - a
        case "c*":
            return constant * a
        case "c/":
            return constant / a
        case _:
            return getattr(functions, operation)(a)


def evaluate(program: Program, leaves: list[Any], functions: Any) -> Any:
    """The program's result over these leaves."""
    results = list(leaves)
    for step in program.steps:
        results.append(apply(functions, step, results))
    return results[-1]


def _safe(operation: str, a: float, b: float, constant: float) -> bool:
    """Whether an operation is smooth around these operands, with room to spare."""
    match operation:
        case "/":
            return abs(b) > MARGIN
        case "c/" | "relu":
            return abs(a) > MARGIN
        case "log":
            return a > MARGIN
        case "exp" | "rpow":
            return abs(a) < 4.0
        case "**":
            return a > MARGIN or (float(constant).is_integer() and abs(a) > MARGIN)
        case _:
            return True


@st.composite
def programs(draw: st.DrawFn, max_leaves: int = 4, max_steps: int = 20) -> Program:
    """A program whose operations are all used away from kinks, poles and overflow."""
    numbers = st.floats(-3.0, 3.0, allow_nan=False).map(lambda x: round(x, 4) + 0.0)
    leaves = draw(st.lists(numbers, min_size=1, max_size=max_leaves))
    size = draw(st.integers(1, max_steps))  # a list left to itself stays short
    drafts = draw(
        st.lists(
            st.tuples(
                st.sampled_from(BINARY + UNARY),
                st.integers(0, 99),
                st.integers(0, 99),
                numbers.filter(lambda x: abs(x) > MARGIN),
                st.sampled_from(EXPONENTS),
            ),
            min_size=size,
            max_size=size,
        )
    )
    results, steps = list(leaves), []

    def add(operation: str, left: int, right: int, constant: float = 0.0) -> int:
        step = (operation, left, right, constant)
        results.append(apply(elementary, step, results))
        steps.append(step)
        return len(results) - 1

    for operation, left, right, number, exponent in drafts:
        # Counted from the newest result, so that programs grow deep; older ones are shared.
        a, b = (len(results) - 1 - back % len(results) for back in (left, right))
        constant = {"**": exponent, "rpow": abs(number)}.get(operation, number)
        if not _safe(operation, results[a], results[b], constant):
            # x*x + 1 is away from every kink and pole; tanh brings it into exp's reach.
            a = b = add("+c", add("*", a, a), a, 1.0)
            if operation in ("exp", "rpow"):
                a = b = add("tanh", a, a)
        made = add(operation, a, b, constant)
        if abs(results[made]) > LARGE:
            add("tanh", add("c*", made, made, 1.0 / results[made]), made)
    return Program(tuple(leaves), tuple(steps))
