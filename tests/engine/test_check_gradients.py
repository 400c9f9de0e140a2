"""`gradients.check`: it passes what is right, fails what is wrong, and is honest about kinks."""

import pytest
from hypothesis import given, settings

from micrograd_wasm import Value, gradients
from tests.engine.strategies import evaluate, programs


def test_analytic_stands_beside_numeric():
    found = gradients.check(lambda a, b: (a * b + a).tanh(), at=[0.3, Value(-0.4, "b")])
    assert found.passed
    assert bool(found)
    assert [row.name for row in found.rows] == ["input 0", "b"]
    x, y = Value(0.3), Value(-0.4)
    table = (x * y + x).tanh().backward()
    assert [row.analytic for row in found.rows] == [table[x], table[y]]
    for row in found.rows:
        assert row.numeric == pytest.approx(row.analytic, rel=1e-8)
        assert row.numeric != row.analytic or row.error == 0.0
    assert 0.0 < found.max_error < 1e-8
    lines = repr(found).splitlines()
    assert lines[0].startswith("Gradient check passed: largest error ")
    assert lines[1].split() == ["input", "at", "analytic", "numeric", "error", "verdict"]
    assert lines[3].split()[:3] == ["b", "-0.4", f"{table[y]:.10g}"]
    assert "<table" in found._repr_html_()


def wrong_tanh(x):
    """A tanh whose slope is off by one in ten thousand."""
    made = x.tanh()
    made._local_gradients = (made.local_gradients[0] * 1.0001,)
    return made


def test_a_wrong_derivative_fails():
    found = gradients.check(wrong_tanh, at=[0.5])
    assert not found.passed
    assert not found
    assert found.max_error == pytest.approx(1e-4 * found.rows[0].numeric, rel=1e-3)
    assert "failed" in repr(found)
    assert "wrong" in repr(found)
    assert gradients.check(wrong_tanh, at=[0.5], tolerance=1e-3).passed


def test_what_is_hidden_from_the_graph_fails():
    assert not gradients.check(lambda a: a + a.data * a.data, at=3.0).passed


@settings(max_examples=200)
@given(programs())
def test_random_expressions_pass_or_are_at_a_kink(program):
    """What fails is smooth nowhere near: the differences themselves then say that they differ."""
    try:
        found = gradients.check(lambda *xs: evaluate(program, xs, Value), at=list(program.leaves),
                                tolerance=1e-3)  # fmt: skip
    except ArithmeticError:
        return
    assert found.passed or any(abs(row.left - row.right) > 1e-9 for row in found.rows), found


@pytest.mark.parametrize(
    ("f", "analytic", "left", "right"),
    [
        (lambda a: a.relu(), 0.0, 0.0, 1.0),
        (lambda a: (-a).relu(), 0.0, -1.0, 0.0),
        (lambda a: a.relu() * 3.0 + a, 1.0, 1.0, 4.0),
    ],
)
def test_a_kink_is_named_with_the_slopes_to_both_sides(f, analytic, left, right):
    found = gradients.check(f, at=[0.0])
    [row] = found.kinks
    assert row.kink
    assert (row.analytic, row.left, row.right) == (analytic, left, right)
    assert found.passed
    assert f"kink: {left:g} to the left, {right:g} to the right" in repr(found)


def test_a_smooth_function_made_of_kinks_is_called_wrong():
    """relu(x) - relu(-x) is x, whose slope is 1; with relu's slope at 0 the engine says 0."""
    found = gradients.check(lambda a: a.relu() - (-a).relu(), at=[0.0])
    assert not found.passed
    assert found.kinks == ()
    assert found.rows[0].numeric == pytest.approx(1.0)


def test_a_wrong_slope_at_a_kink_fails():
    def bad(x):
        made = x.relu()
        made._local_gradients = (2.0,)
        return made

    assert not gradients.check(bad, at=[0.0]).passed


@pytest.mark.parametrize("steepness", [50.0, 500.0, 5000.0])
def test_a_steep_bend_is_not_taken_for_a_kink(steepness):
    found = gradients.check(lambda a: (a * steepness).tanh(), at=[0.4 / steepness])
    assert found.kinks == ()
    assert found.passed


def test_near_a_kink_the_step_gets_smaller():
    found = gradients.check(lambda a: a.relu(), at=[1e-6])
    assert (found.kinks, found.passed) == ((), True)


def test_sizes_far_from_one_are_no_trouble():
    assert gradients.check(lambda a: a**2, at=[1e6]).passed
    assert gradients.check(lambda a: a * 1e9, at=[1e-9]).passed
    assert gradients.check(lambda a: a.exp(), at=[30]).passed


def test_a_constant_has_slope_zero():
    found = gradients.check(lambda _: 5.0, at=[1.0])
    assert (found.passed, found.rows[0].analytic) == (True, 0.0)


@pytest.mark.parametrize(
    ("f", "at", "options", "message"),
    [
        (5, [1.0], {}, "f: expected a function"),
        (lambda _: "x", [1.0], {}, "f: expected a function that returns a Value"),
        (lambda a: a, [], {}, "at: expected a number for each input"),
        (lambda a: a, ["x"], {}, r"at\[0\]: expected"),
        (lambda a: a, "x", {}, "at: expected a list of numbers"),
        (lambda a: a, [1.0], {"step": 0}, "step: expected a positive number"),
        (lambda a: a, [1.0], {"tolerance": -1}, "tolerance: expected a positive number"),
        (lambda a: a, [1.0], {"step": 1e-320}, r"step: expected a number from 1e-12"),
        (
            lambda a, b: a * b,
            [1.0],
            {},
            r"f: expected a function of 1 Values, .*: missing a required argument: 'b'",
        ),
    ],
)
def test_wrong_arguments_are_named(f, at, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        gradients.check(f, at, **options)


def test_leaving_the_real_numbers_is_an_error():
    with pytest.raises(ArithmeticError):
        gradients.check(lambda a: a.log(), at=[-1.0])
