"""Gradients of 2,000 random expressions against numbers from mpmath, which shares no code with us.

mpmath evaluates the same program in 60 digits at x - h and x + h with h = 1e-20; the difference
quotient is then good to some 35 digits, so the tolerance only has to allow for our own rounding.
"""

from collections import Counter

import mpmath
import pytest
from hypothesis import given, settings
from mpmath import mp, mpf

from micrograd_wasm import Value
from tests.engine.strategies import BINARY, UNARY, Program, evaluate, programs

EXAMPLES = 2000
TOLERANCE = 1e-12

seen = Counter()


class Exact:
    """The functions of a Value on mpmath's numbers: a new one gets its line here."""

    exp, log, tanh = mpmath.exp, mpmath.log, mpmath.tanh

    @staticmethod
    def relu(x):
        return x if x > 0 else mpf(0)

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + mpmath.exp(-x))


def numeric(program):
    """The result and its derivative with respect to each leaf, by central differences."""
    with mp.workdps(60):
        h = mpf(10) ** -20
        exact = [mpf(leaf) for leaf in program.leaves]

        def at(k, shift):
            return evaluate(program, [*exact[:k], exact[k] + shift, *exact[k + 1 :]], Exact)

        slopes = [float((at(k, h) - at(k, -h)) / (2 * h)) for k in range(len(exact))]
        return float(evaluate(program, exact, Exact)), slopes


def roughness(gradients):
    """How much the parts of the gradients add up to before they cancel: what rounding acts on."""
    return max(
        [1.0]
        + [
            abs(gradient * slope)
            for node, gradient in gradients.items()
            for slope in node.local_gradients
        ]
    )


def check(program: Program):
    """Our result and gradients are the true ones; a failure shows both, side by side."""
    leaves = [Value(number) for number in program.leaves]
    result = evaluate(program, leaves, Value)
    gradients = result.backward()
    true_result, true_slopes = numeric(program)
    allowed = TOLERANCE * roughness(gradients)
    table = [("result", result.data, true_result)]
    table += [
        (f"d/d leaf {k}", gradients[leaf], slope)
        for k, (leaf, slope) in enumerate(zip(leaves, true_slopes, strict=True))
    ]
    wrong = [row for row in table if not abs(row[1] - row[2]) <= allowed + TOLERANCE * abs(row[2])]
    lines = [f"  {name}: analytic {ours!r}, numeric {true!r}" for name, ours, true in table]
    assert not wrong, "\n".join([f"{program}", *lines])


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(programs())
def test_gradients_of_2000_random_expressions_are_the_true_ones(program):
    check(program)
    seen.update(step[0] for step in program.steps)
    seen["programs"] += 1


def test_the_random_expressions_use_every_operation():
    """Runs after the test above and looks at what it drew."""
    if not seen:  # this test alone, or on another worker
        test_gradients_of_2000_random_expressions_are_the_true_ones()
    assert seen["programs"] >= EXAMPLES
    assert all(seen[operation] > 200 for operation in BINARY + UNARY), seen


def test_the_checker_notices_a_wrong_slope(monkeypatch):
    """A control: a tanh whose slope is off by one part in a million."""
    program = Program((0.7,), (("tanh", 0, 0, 0.0),))
    check(program)
    right = Value.tanh

    def wrong(x):
        made = right(x)
        made._local_gradients = (made.local_gradients[0] * (1 + 1e-6),)
        return made

    monkeypatch.setattr(Value, "tanh", wrong)
    with pytest.raises(AssertionError, match=r"d/d leaf 0: analytic 0\.6347.*, numeric 0\.6347"):
        check(program)
