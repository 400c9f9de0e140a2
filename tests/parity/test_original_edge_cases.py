"""What the original does at the edges, 39 times, and what ours does there.

SAME and REFUSED are as for MicrogradEx (test_edge_cases.py); where the original misbehaves (it
leaves the real numbers, cuts inputs short, stops at a recursion limit, adds up old gradients) ours
is BETTER, with the reason.
"""

import ast
from collections import Counter

import pytest

from micrograd_wasm import MLP, Neuron, Value
from tests.parity.recordings import bits, cases, numbers

RECORDED = {case["case"]: case for case in cases("karpathy_edge_cases")}


def with_gradient(base, operation):
    x = Value(base)
    y = operation(x)
    return {"data": y.data, "grad": y.backward()[x]}


def chain(length):
    x = y = Value(1.0)
    for _ in range(length):
        y = y + 0.0
    return y.backward()[x]


def refuses(kind, call, match=None):
    with pytest.raises(kind, match=match):
        call()
    return True


def leaf_twice():
    x = Value(3.0)
    y = x * x
    return y.backward()[x] == y.backward()[x] == 6.0


def inner_twice():
    x = Value(2.0)
    y = x * x
    z = y * y * 0.375
    first, second = z.backward(), z.backward()
    return first == second and first[x] == 12.0


# The original's numbers as text; a gradient that is an int there is the same number here.
SAME = {
    "0.0**1": lambda: with_gradient(0.0, lambda x: x**1),
    "(-2.0)**-3": lambda: with_gradient(-2.0, lambda x: x**-3),
    "relu(-0.0)": lambda: with_gradient(-0.0, Value.relu),
    "x-x": lambda: with_gradient(3.0, lambda x: x - x),
    "x/x": lambda: with_gradient(3.0, lambda x: x / x),
    "leaf backward": lambda: with_gradient(3.0, lambda x: x),
    "chain depth 900 (recursion limit 1000)": lambda: chain(900),
    "chain depth 990 (recursion limit 1000)": lambda: chain(990),
    "sum([]) is int": lambda: Value.sum([]).data,
    "MLP(2,[3,1]) repr": lambda: repr(MLP(2, [3, 1])),
    "Value==Value (identity)": lambda: Value(1.0) == Value(1.0),
    "relu(-1.0) data type": lambda: Value(-1.0).relu().data,
}

REFUSED = {
    "Value('a')+1": lambda: Value("a") + 1,
    "Value(1)+'a'": lambda: Value(1) + "a",
    "Value(2)**Value(2)": lambda: Value(2) ** Value(2),
    "Value(1)/0": lambda: Value(1) / 0,
    "1/Value(0.0)": lambda: 1 / Value(0.0),
    "Value(1e200)**2": lambda: Value(1e200) ** 2,
    "0.0**0 fwd+bwd": lambda: with_gradient(0.0, lambda x: x**0),
    "0.0**0.5 bwd": lambda: with_gradient(0.0, lambda x: x**0.5),
    "Value<Value": lambda: Value(1.0) < Value(2.0),
    "float(Value)": lambda: float(Value(1.0)),
}

NOT_REAL = "what is no finite real number is refused where it arises, not carried on"
ANY_DEPTH = "no recursion: a graph of any depth works"
ALL_INPUTS = "inputs too many or too few are refused instead of cut to fit"
FRESH_TABLE = "backward() gives a fresh table: nothing adds up from pass to pass"

BETTER = {
    "2**Value(3)": (
        "a plain number to the power of a Value works",
        lambda: with_gradient(3.0, lambda x: 2**x)["data"] == 8.0,
    ),
    "Value(1e308)*10": (NOT_REAL, lambda: refuses(ArithmeticError, lambda: Value(1e308) * 10)),
    "0.0**0 fwd only": (NOT_REAL, lambda: refuses(ArithmeticError, lambda: Value(0.0) ** 0)),
    "(-8.0)**(1/3)": (NOT_REAL, lambda: refuses(ArithmeticError, lambda: Value(-8.0) ** (1 / 3))),
    "relu(nan)": (NOT_REAL, lambda: refuses(ArithmeticError, lambda: Value(float("nan")))),
    "relu(-inf)": (NOT_REAL, lambda: refuses(ArithmeticError, lambda: Value(float("-inf")))),
    "backward twice (no zero_grad) leaf=x*x": (FRESH_TABLE, leaf_twice),
    "backward twice through an inner node": (FRESH_TABLE, inner_twice),
    "chain depth 995 (recursion limit 1000)": (ANY_DEPTH, lambda: chain(995) == 1.0),
    "chain depth 1000 (recursion limit 1000)": (ANY_DEPTH, lambda: chain(1000) == 1.0),
    "chain depth 2000 (recursion limit 1000)": (ANY_DEPTH, lambda: chain(2000) == 1.0),
    "repr": (
        "there is no gradient on a Value to show",
        lambda: repr(Value(1.5)) == "Value(1.5)",
    ),
    "MLP(2,[]) forward": (
        "a network without a layer is refused",
        lambda: refuses(ValueError, lambda: MLP(2, []), "output_counts"),
    ),
    "MLP(2,[0])([1,2])": (
        "a layer without a neuron is refused",
        lambda: refuses(ValueError, lambda: MLP(2, [0]), r"output_counts\[0\]"),
    ),
    "neuron given too many inputs: zip truncates silently": (
        ALL_INPUTS,
        lambda: refuses(ValueError, lambda: Neuron(2)([1.0, 2.0, 3.0]), "inputs"),
    ),
    "neuron given too few inputs: zip truncates silently": (
        ALL_INPUTS,
        lambda: refuses(ValueError, lambda: Neuron(2)([1.0]), "inputs"),
    ),
    "MLP(1,[1,1])([0.5]) hidden width 1: Layer unwraps, next zip fails": (
        "a hidden layer of one neuron works",
        lambda: len(numbers([MLP(1, [1, 1], seed=1)([0.5])])) == 1,
    ),
}


def plain(thing):
    """Ints as floats: the original keeps Python's ints where ours has floats throughout."""
    if isinstance(thing, dict):
        return {key: plain(part) for key, part in thing.items()}
    return float(thing) if isinstance(thing, int) and not isinstance(thing, bool) else thing


@pytest.mark.parametrize("name", SAME)
def test_the_result_is_the_same(name):
    recorded = ast.literal_eval(RECORDED[name]["result"])
    assert bits(SAME[name]()) == bits(plain(recorded))


@pytest.mark.parametrize("name", REFUSED)
def test_both_refuse(name):
    assert not RECORDED[name]["ok"]
    arithmetic = RECORDED[name]["exception"] in ("ZeroDivisionError", "OverflowError")
    with pytest.raises(ArithmeticError if arithmetic else TypeError):
        REFUSED[name]()


@pytest.mark.parametrize("name", BETTER)
def test_ours_is_deliberately_better(name):
    reason, holds = BETTER[name]
    assert holds(), reason


def test_all_39_cases_are_classed_once():
    classed = Counter([*SAME, *REFUSED, *BETTER])
    assert len(RECORDED) == 39
    assert set(classed) == set(RECORDED)
    assert set(classed.values()) == {1}
