"""Chained: objects that hold what they were made from; freed, copied and pickled at any depth.

A Value holds its parents, they hold theirs: a chain of as many links as the calculation had steps.
Python's own ways along it recurse, a level of the C stack or more for each link, and end the
process or raise `RecursionError` where a graph is deep. Here each of them is a loop:

- freed: CPython unwinds long chains by itself, but not where it is WebAssembly: the stack that
  runs out there is the browser's, of which CPython knows nothing. `__del__` puts the parents in a
  queue instead. It costs a tenth of an eager step, and is there in the browser only;
- copied: what a copy is made of is copied first, and `copy.deepcopy` finds it in its memo;
- pickled: `pickle` saves an object's state while it saves the object. The first one that it asks
  puts all that it was made from in front of its own state, each after its parents. So when a link
  comes to be saved, everything that it holds has been.
"""

from __future__ import annotations

import copy
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, ClassVar, Final, Self

_NO_ATTRIBUTES: Final[dict[str, Any]] = {}
_dying: Final[list[tuple[Chained, ...]]] = []
_idle = True  # nobody is emptying the queue


class Chained:
    """An object with a slot `_parents`, a tuple of others of its kind. It makes no cycles."""

    __slots__ = ()

    _parents: tuple[Self, ...]
    _IMMUTABLE: ClassVar = frozenset({"_parents"})  # slots that a deep copy may take as they are

    if sys.platform == "emscripten":

        def __del__(self) -> None:
            global _idle  # noqa: PLW0603 - one queue for all: there is one thread
            try:
                parents = self._parents
            except AttributeError:  # refused by its __init__
                return
            if parents:
                _dying.append(parents)
                if _idle:
                    self._parents = ()
                    del parents
                    _idle = False
                    try:
                        while _dying:
                            _dying.pop()  # some die of it, and lengthen the queue
                    finally:
                        _idle = True

    def __copy__(self) -> Self:
        """Another one, made from the same parents."""
        twin = object.__new__(type(self))
        twin._fill(_state(self))
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Another one, made from copies of all that this was made from."""
        for link in _chain(self, lambda link: id(link) in memo):
            twin = memo[id(link)] = object.__new__(type(link))
            state = _state(link)
            for name in state.keys() - self._IMMUTABLE:
                state[name] = copy.deepcopy(state[name], memo)
            state["_parents"] = tuple([memo[id(parent)] for parent in link._parents])
            twin._fill(state)
        return memo[id(self)]  # type: ignore[no-any-return]

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        """For `pickle`: what makes a blank one, and the state that `__setstate__` fills it with."""
        journey = _latest.journey()
        before = journey and journey.passes(self)
        if before is None:
            journey = _Journey()
            _latest.journey = weakref.ref(journey)
            before = journey.passes(self)
        return object.__new__, (type(self),), (journey, before, _state(self))

    def __setstate__(self, state: tuple[object, object, dict[str, Any]]) -> None:
        self._fill(state[2])

    def _fill(self, state: dict[str, Any]) -> None:
        for name, part in state.items():
            setattr(self, name, part)


class _Journey:
    """What one pickler has been given.

    Nothing tells an object which pickler asks. But a pickler keeps what it has saved, so the
    journey that stands in each state lives as long as the pickler does, and no longer.
    """

    def __init__(self) -> None:
        self.saved: set[Chained] = set()

    def passes(self, link: Chained) -> list[Chained] | None:
        """What has to be saved before a link's own state; None if this is another's journey."""
        if link in self.saved:  # nobody asks twice
            return None
        done = self.saved.issuperset(link._parents)
        before = [] if done else list(_chain(link, self.saved.__contains__))[:-1]
        self.saved.add(link)
        return before

    def __reduce__(self) -> tuple[Any, ...]:
        return type(None), ()  # of no use to who loads it


class _Latest(threading.local):
    """The journey of this thread's latest pickler, if that is still there."""

    journey: Callable[[], _Journey | None] = staticmethod(lambda: None)


_latest: Final = _Latest()


def _chain(link: Chained, known: Callable[[Chained], bool]) -> Iterator[Chained]:
    """`link` and all that it was made from, each after its parents; nothing known, nor its own."""
    path = [(link, iter(link._parents))]
    seen = {link}
    while path:
        node, parents = path[-1]
        for parent in parents:
            if parent not in seen and not known(parent):
                seen.add(parent)
                path.append((parent, iter(parent._parents)))
                break
        else:
            path.pop()
            yield node


def _state(link: Chained) -> dict[str, Any]:
    """All that it holds, by name: slots and, in a class of the reader's, attributes."""
    kind: Any = type(link)
    state = {name: getattr(link, name) for name in _slots(kind) if hasattr(link, name)}
    return state | getattr(link, "__dict__", _NO_ATTRIBUTES)


@lru_cache(maxsize=64)
def _slots(kind: Any) -> tuple[str, ...]:
    slots = chain.from_iterable(getattr(base, "__slots__", ()) for base in kind.__mro__)
    return tuple(name for name in slots if name not in {"__dict__", "__weakref__"})
