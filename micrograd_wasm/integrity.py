"""What a reader's code may have replaced in the engine, put back before an answer is judged.

Python hides nothing from the code that it runs, so a reader can overwrite what checks an answer.
That is nobody's loss but their own, as long as it ends with that answer: the next one, and whoever
shares this Python, meets the engine as it was imported.
"""

from __future__ import annotations

import builtins
import json
import math
import random
import sys
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any, Final

_OTHERS: Final = (builtins, json, math, random)
_OF_FUNCTIONS: Final = ("__code__", "__defaults__")


_restore: list[Callable[[], None]] = []


def remember() -> None:
    """Remember the engine's modules, all of which have been imported, as they are now."""
    _restore[:] = [_remembered()]


def put_back() -> None:
    """Put back what has been replaced since `remember`; nothing, if that was never called."""
    for restore in _restore:
        restore()


def _remembered() -> Callable[[], None]:
    package = __name__.partition(".")[0]

    def is_own(name: str) -> bool:
        return name.partition(".")[0] == package

    own = [module for name, module in sys.modules.items() if is_own(name)]
    modules = [(module, _lasting(vars(module))) for module in (*own, *_OTHERS)]
    classes = {
        one: _lasting(vars(one))
        for _, names in modules
        for one in names.values()
        if isinstance(one, type) and is_own(one.__module__)
    }
    functions = {
        one: ([getattr(one, name) for name in _OF_FUNCTIONS], dict(one.__kwdefaults__ or {}))
        for names in (*(names for _, names in modules), *classes.values())
        for one in map(_bare, names.values())
        if isinstance(one, FunctionType) and is_own(one.__module__ or "")
    }

    def restore() -> None:
        for holder, names in (*modules, *classes.items()):
            for name, value in names.items():
                if vars(holder).get(name) is not value:
                    setattr(holder, name, value)
        for function, (parts, named) in functions.items():
            for name, part in zip(_OF_FUNCTIONS, parts, strict=True):
                if getattr(function, name) is not part:
                    setattr(function, name, part)
            now = function.__kwdefaults__ or {}
            if len(now) != len(named) or any(now.get(k) is not v for k, v in named.items()):
                function.__kwdefaults__ = dict(named) or None

    return restore


def _lasting(names: Mapping[str, Any]) -> dict[str, Any]:
    """What does not change by itself: functions, classes, modules and constants."""
    kinds = (ModuleType, property, classmethod, staticmethod)
    return {
        name: value
        for name, value in names.items()
        if callable(value) or isinstance(value, kinds) or name.lstrip("_").isupper()
    }


def _bare(member: Any) -> Any:
    """The function in a method of whatever kind."""
    return getattr(member, "fget", None) or getattr(member, "__func__", None) or member
