"""Arguments that nothing of ours expects: wrong kinds and sizes, things that break when touched.

Each is made anew for each call, so that what a call does to it can be seen.
"""

import enum
from array import array
from collections import OrderedDict, UserList
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from micrograd_wasm import MLP, Value, classic, datasets, optimizers


class BrokenError(Exception):
    """What the broken things raise: nothing of ours, so it must not come out."""


def _broken(*args: Any, **kwargs: Any) -> Any:
    raise BrokenError


class BrokenRepr:
    __repr__ = __str__ = __format__ = _broken


class BrokenAll:
    """Raises at nearly everything that can be asked of a thing."""

    __repr__ = __str__ = __len__ = __iter__ = __getitem__ = __contains__ = __bool__ = _broken
    __float__ = __int__ = __index__ = __eq__ = __lt__ = __gt__ = __le__ = __ge__ = _broken
    __add__ = __radd__ = __mul__ = __rmul__ = __hash__ = __array__ = _broken


class BrokenLength(list):
    __len__ = _broken


class BrokenItems(list):
    __iter__ = __getitem__ = _broken


class LongerThanItIs(list):
    def __len__(self) -> int:
        return 1000


class Endless:
    """Has a length, and items without end."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> float:
        return 1.0


class BrokenFloat(float):
    __float__ = __repr__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __add__ = __mul__ = _broken
    __hash__ = float.__hash__


class BrokenInt(int):
    __int__ = __index__ = __repr__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _broken
    __hash__ = int.__hash__


class BrokenText(str):
    __str__ = __repr__ = __eq__ = __len__ = __iter__ = __format__ = _broken
    __hash__ = str.__hash__


class BrokenKeys(dict):
    __getitem__ = get = keys = items = __iter__ = __contains__ = _broken


class BrokenAttributes:
    def __getattr__(self, name: str) -> Any:
        raise BrokenError


class SeriesLike:
    """As pandas has it: items by label, comparisons item by item, no truth of its own."""

    def __init__(self, *numbers: float) -> None:
        self.values = list(numbers)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, label: object) -> float:
        raise KeyError(label)

    def __iter__(self) -> Any:
        return iter(self.values)

    def __eq__(self, other: object) -> Any:
        return SeriesLike(*(x == other for x in self.values))

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise ValueError("The truth value of a Series is ambiguous.")

    def __float__(self) -> float:
        raise TypeError(f"cannot convert the series to {float}")


class ArrayLike(SeriesLike):
    """As NumPy has it: shape, dtype, items by position, arithmetic item by item."""

    dtype = "float64"

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.values),)

    def __getitem__(self, index: Any) -> float:
        return self.values[index]

    def __mul__(self, other: Any) -> "ArrayLike":
        return ArrayLike(*(x * other for x in self.values))

    __add__ = __sub__ = __rmul__ = __radd__ = __mul__
    __lt__ = __gt__ = __le__ = __ge__ = SeriesLike.__eq__


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 3


def _itself() -> list[Any]:
    holds: list[Any] = []
    holds.append(holds)
    return holds


def _deep() -> list[Any]:
    nested: list[Any] = [1.0]
    for _ in range(100_000):
        nested = [nested]
    return nested


def _returns(result: Any) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        return result

    return function


ODD: Final[dict[str, Callable[[], Any]]] = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "0": lambda: 0,
    "-1": lambda: -1,
    "1": lambda: 1,
    "2": lambda: 2,
    "1.5": lambda: 1.5,
    "-0.0": lambda: -0.0,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "1e308": lambda: 1e308,
    "-1e308": lambda: -1e308,
    "5e-324": lambda: 5e-324,
    "10**12": lambda: 10**12,
    "2**63": lambda: 2**63,
    "10**30": lambda: 10**30,
    "-10**30": lambda: -(10**30),
    "10**400": lambda: 10**400,
    "10**5000": lambda: 10**5000,
    "complex": lambda: 1 + 2j,
    "Decimal": lambda: Decimal("1.5"),
    "Decimal nan": lambda: Decimal("nan"),
    "Decimal snan": lambda: Decimal("snan"),
    "Fraction": lambda: Fraction(1, 3),
    "Fraction, huge": lambda: Fraction(10**400, 3),
    "IntEnum": lambda: Level.HIGH,
    "Enum": lambda: Colour.RED,
    "empty text": lambda: "",
    "text": lambda: "abc",
    "text of a number": lambda: "1",
    "long text": lambda: "x" * 1_000_000,
    "surrogate": lambda: "\udcff\x00\n",
    "bytes": lambda: b"ab",
    "bytearray": lambda: bytearray(b"ab"),
    "memoryview": lambda: memoryview(b"ab"),
    "array": lambda: array("d", [1.0, 2.0]),
    "empty list": list,
    "empty tuple": tuple,
    "empty dict": dict,
    "empty set": set,
    "list of None": lambda: [None, None],
    "list of texts": lambda: ["a", "b"],
    "list of nan": lambda: [float("nan"), float("nan")],
    "list of huge": lambda: [10**400, -(10**400)],
    "list of bool": lambda: [True, False],
    "list of complex": lambda: [1j, 2j],
    "list of numbers": lambda: [1.0, 2.0],
    "list of strange": lambda: [object(), BrokenAll()],
    "list of series": lambda: [SeriesLike(1.0, 2.0), SeriesLike(3.0, 4.0)],
    "rows": lambda: [[1.0, 2.0], [3.0, 4.0]],
    "ragged": lambda: [[1.0, 2.0], [3.0]],
    "ragged and mixed": lambda: [[1.0, [2.0]], 3.0, "4"],
    "empty rows": lambda: [[], []],
    "tuple": lambda: (1.0, 2.0),
    "triple of huge": lambda: (10**400, -1, 2),
    "dict": lambda: {1: 2.0, "a": None},
    "OrderedDict": lambda: OrderedDict(a=1),
    "set": lambda: {1.0, 2.0},
    "frozenset": lambda: frozenset([1.0]),
    "range": lambda: range(3),
    "endless range": lambda: range(10**15),
    "UserList": lambda: UserList([1.0, 2.0]),
    "iterator": lambda: iter([1.0, 2.0]),
    "generator": lambda: (x for x in (1.0, 2.0)),
    "map": lambda: map(float, [1, 2]),
    "itself in itself": _itself,
    "deep": _deep,
    "object": object,
    "type": lambda: int,
    "module": lambda: enum,
    "Ellipsis": lambda: Ellipsis,
    "NotImplemented": lambda: NotImplemented,
    "exception": lambda: ValueError("x"),
    "slice": lambda: slice(3),
    "function of nothing": lambda: lambda: None,
    "function that returns None": lambda: _returns(None),
    "function that returns text": lambda: _returns("text"),
    "function that returns nan": lambda: _returns(float("nan")),
    "builtin": lambda: len,
    "BrokenRepr": BrokenRepr,
    "BrokenAll": BrokenAll,
    "BrokenLength": lambda: BrokenLength([1.0, 2.0]),
    "BrokenItems": lambda: BrokenItems([1.0, 2.0]),
    "LongerThanItIs": lambda: LongerThanItIs([1.0, 2.0]),
    "Endless": Endless,
    "BrokenFloat": lambda: BrokenFloat(1.0),
    "BrokenInt": lambda: BrokenInt(3),
    "BrokenText": lambda: BrokenText("abc"),
    "BrokenKeys": lambda: BrokenKeys(a=1),
    "BrokenAttributes": BrokenAttributes,
    "SeriesLike": lambda: SeriesLike(1.0, 2.0),
    "ArrayLike": lambda: ArrayLike(1.0, 2.0),
    "empty ArrayLike": ArrayLike,
    "Value": lambda: Value(2.0, "v"),
    "list of Values": lambda: [Value(1.0), Value(2.0)],
    "classic Value": lambda: classic.Value(2.0),
    "model": lambda: MLP(3, [2, 2], seed=1),
    "class of models": lambda: MLP,
    "Dataset": lambda: datasets.Dataset((), ()),
    "Optimizer": optimizers.sgd,
    "Gradients": Value(1.0).backward,
}
