"""A dict that cannot be written on, for what a data set or a run tells of itself."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")


class ReadOnly(dict[Key, Item]):
    """A dict whose entries stay. `dict(it)` is a copy that can be changed.

    It is a dict and no mapping of another kind, so that `json.dumps`, tables and charts take it.
    """

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("it is read-only; dict(...) of it is a copy that can be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        # A dict is pickled and copied by writing its entries one by one.
        return type(self), (dict(self),)
