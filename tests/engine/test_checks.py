"""Argument checks: any real number is welcome, a bool is not; what came is shown in one line."""

import enum
from collections import UserList
from fractions import Fraction
from functools import partial
from numbers import Real

import pytest

from micrograd_wasm import MLP, Value, datasets
from micrograd_wasm.base import checks
from tests.engine.odd_values import ODD


class NumpyLike(Real):
    """A number of another library: Real, but neither int nor float."""

    def __init__(self, number):
        self.number = number

    def __float__(self):
        return float(self.number)

    def __repr__(self):
        return f"np.float64({self.number})"

    # What Real asks for and the checks do not.
    def _unused(self, *_):
        raise NotImplementedError

    __add__ = __radd__ = __mul__ = __rmul__ = __pow__ = __rpow__ = _unused
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _unused
    __neg__ = __pos__ = __abs__ = __trunc__ = __floor__ = __ceil__ = __round__ = _unused
    __lt__ = __le__ = _unused

    def __eq__(self, other):
        return float(self) == other

    __hash__ = None


@pytest.mark.parametrize("number", [Fraction(1, 4), NumpyLike(0.25), 0.25])
def test_any_real_number_is_accepted_as_a_float(number):
    assert checks.real("x", number) == 0.25
    assert type(checks.real("x", number)) is float
    assert Value(number).data == 0.25
    assert datasets.moons(10, noise=number).metadata["noise"] == 0.25
    assert MLP(2, [1], seed=1)([number, 1]).data == MLP(2, [1], seed=1)([0.25, 1]).data


@pytest.mark.parametrize(
    "thing", [True, False, "1", b"1", None, 1j, [1], object(), float, NotImplemented]
)
def test_what_is_no_real_number_is_refused(thing):
    with pytest.raises(TypeError, match=r"^x: expected a finite number, got "):
        checks.real("x", thing)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 10**400])
def test_what_is_no_finite_number_is_refused(number):
    with pytest.raises(ValueError, match=r"^x: expected a finite number, got "):
        checks.real("x", number)


@pytest.mark.parametrize("thing", [1.0, Fraction(1), "1", True, None])
def test_a_count_is_an_integer_and_nothing_that_looks_like_one(thing):
    with pytest.raises(TypeError, match=r"^n: expected a count, got"):
        checks.integer("n", thing, "a count", minimum=0)


def test_relatives_of_int_are_integers():
    class Size(enum.IntEnum):
        SMALL = 3

    assert checks.integer("n", Size.SMALL, "a count", minimum=0) == 3
    assert type(checks.integer("n", Size.SMALL, "a count", minimum=0)) is int


@pytest.mark.parametrize("thing", ["ab", b"ab", {1: 2}, {1, 2}, 5, None, iter([1])])
def test_a_list_is_something_with_a_length_and_an_order(thing):
    with pytest.raises(TypeError, match=r"^xs: expected a list, got"):
        checks.sequence("xs", thing, "a list")


@pytest.mark.parametrize("thing", [[1], (1,), range(3), memoryview(b"abc"), UserList([1, 2])])
def test_lists_tuples_and_arrays_are_lists(thing):
    listed = checks.sequence("xs", thing, "a list")
    assert (listed is thing) == isinstance(thing, list | tuple)
    assert len(listed) == len(thing)
    assert list(listed) == list(thing)
    assert (listed[0], listed[-1], list(listed[1:])) == (thing[0], thing[-1], list(thing)[1:])
    assert checks.shown(listed) == checks.shown(thing)


@pytest.mark.parametrize(
    "name",
    [
        "BrokenAll",
        "BrokenLength",
        "BrokenItems",
        "LongerThanItIs",
        "BrokenAttributes",
        "SeriesLike",
    ],
)
def test_a_list_that_breaks_is_refused_by_name(name):
    thing = ODD[name]()
    if name == "SeriesLike":  # items by label, but they come one after the other
        assert list(checks.sequence("xs", thing, "a list")) == [1.0, 2.0]
        return
    with pytest.raises((TypeError, ValueError), match=r"^xs: expected "):
        list(checks.sequence("xs", thing, "a list"))


def test_a_list_without_end_ends_at_its_length():
    assert list(checks.sequence("xs", ODD["Endless"](), "a list")) == [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match=r"^xs: expected at most 268,435,456 items, got range"):
        checks.sequence("xs", range(10**15), "a list")


@pytest.mark.parametrize("name", ["BrokenAll", "BrokenFloat", "BrokenInt"])
def test_a_number_that_breaks_is_refused_by_name(name):
    check = partial(checks.integer, minimum=0) if name == "BrokenInt" else checks.real
    with pytest.raises(TypeError, match=r"^n: expected a number, got "):
        check("n", ODD[name](), "a number")


LONG = {
    "a list": list(range(10**6)),
    "nested lists": [[list(range(1000))] * 1000] * 1000,
    "a text": "x" * 10**6,
    "lines": "a\n" * 1000,
    "a dict": dict.fromkeys(range(10_000), "y" * 1000),
    "many digits": 10**4000,
    "more digits than Python writes": 10**5000,
    "an object with a long repr": type("Long", (), {"__repr__": lambda _: "z\n" * 10**5})(),
}


@pytest.mark.parametrize("name", LONG)
def test_what_came_is_shown_in_one_short_line(name):
    with pytest.raises(TypeError, match=r"^x: expected a thing, got ") as caught:
        checks.refuse("x", "a thing", LONG[name], kind=TypeError)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


def test_a_repr_that_fails_does_not_hide_the_error():
    class Broken:
        def __repr__(self):
            raise RuntimeError

    with pytest.raises(TypeError, match=r"^x: expected a thing, got <Broken instance"):
        checks.refuse("x", "a thing", Broken(), kind=TypeError)


def test_a_list_that_holds_itself_is_shown():
    loop = []
    loop.append(loop)
    assert len(checks.shown(loop)) < 100
