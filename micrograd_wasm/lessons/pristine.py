"""The package and what it stands on as they were loaded: remembered, and put back.

A reader's code runs in the same Python as what judges it. Whatever it writes into a module, a class
or a function of ours is undone before anything is judged, and before the next answer comes:

    keep()          remember the modules that are loaded by now and not yet known
    put_back()      make all of them what they were
    put_back(JUDGES)    only those that run and judge; for after each call of a reader's function

What they remember is held by these two functions alone, where no name leads to it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any, Final

PACKAGE: Final = __name__.partition(".")[0]
# Of the standard library: what judging uses. Its modules keep data of their own, which is theirs to
# change, so that here only functions and classes are put back.
STANDARD: Final = (
    "ast", "builtins", "contextlib", "inspect", "io", "json", "math", "random", "re",
)  # fmt: skip
LATE: Final = frozenset({"diagnose", "display", "live"})  # loaded only by who asks for them
LENT: Final = frozenset({"input"})  # a notebook's kernel puts its own there while a cell runs
JUDGES: Final = frozenset(
    {
        f"{PACKAGE}.base.checks",
        f"{PACKAGE}.page.bridge",
        *(f"{PACKAGE}.lessons.{name}" for name in ("cells", "exercises", "pristine")),
        "builtins",
        "math",
    }
)

Space = tuple[str, dict[str, Any], dict[str, Any], bool]  # module, now, as it was, ours
Body = tuple[str, FunctionType, Any, Any, Any]  # of a function: code, defaults, keyword defaults
Kind = tuple[str, type, dict[str, Any]]


def _made() -> tuple[Callable[..., None], Callable[..., None]]:
    spaces: list[Space] = []
    bodies: list[Body] = []
    kinds: list[Kind] = []
    known: dict[str, ModuleType] = {}
    absent = object()
    offered = False
    # Without a name that could be overwritten: what putting back calls itself.
    at, same, change, remove, module_type = sys.modules, id, type.__setattr__, delattr, ModuleType

    def keep(finished: str = "") -> None:
        """Remember what is loaded; `finished` names a module that is about to be.

        Without it a reader's code comes next, so everything that the package offers is loaded
        first. The package itself, which has the names of that, is remembered only then.
        """
        nonlocal offered
        if not finished and not offered:
            offered = True
            for name in at[PACKAGE].__all__:
                if name not in LATE and isinstance(getattr(at[PACKAGE], name), module_type):
                    import_module(f"{PACKAGE}.{name}")
        for name, module in [*at.items()]:
            ours = name.partition(".")[0] == PACKAGE
            if name in known or not isinstance(module, module_type):
                continue
            if name == PACKAGE and not offered:
                continue
            if not ours and name not in STANDARD:
                continue
            if name != finished and getattr(module.__spec__, "_initializing", False):
                continue
            known[name] = module
            held = {
                key: value
                for key, value in vars(module).items()
                if ours or (callable(value) and key not in LENT)
            }
            spaces.append((name, vars(module), held, ours))
            if not ours:
                continue
            found: list[Any] = [*held.values()]
            for kind in held.values():
                if isinstance(kind, type) and kind.__module__ == name:
                    kinds.append((name, kind, dict(vars(kind))))
                    found += vars(kind).values()
            for one in found:
                for function in (one, getattr(one, "fget", None), getattr(one, "__func__", None)):
                    if isinstance(function, FunctionType) and function.__module__ == name:
                        named = function.__kwdefaults__
                        parts = function.__code__, function.__defaults__, named and {**named}
                        bodies.append((name, function, *parts))

    def put_back(only: Collection[str] | None = None) -> None:
        """Undo what was written into modules, classes and functions."""
        for name, function, code, defaults, named in bodies:
            if only is None or name in only:
                if function.__code__ is not code:
                    function.__code__ = code
                if function.__defaults__ is not defaults:
                    function.__defaults__ = defaults
                if named or function.__kwdefaults__ is not named:
                    function.__kwdefaults__ = named and {**named}  # a dict can be written into
        for name, space, held, ours in spaces:
            if only is None or name in only:
                at[name] = known[name]
                for key, value in held.items():
                    if space.get(key, absent) is not value:
                        space[key] = value
                # A submodule is added to its package when it is first asked for.
                if ours and len(space) != len(held):
                    for key in [*space]:
                        if key not in held and space[key].__class__ is not module_type:
                            del space[key]
        for name, kind, attributes in kinds:
            if only is None or name in only:
                for key, value in attributes.items():
                    now = kind.__dict__.get(key, absent)
                    if now is not value and same(now) != same(value):
                        change(kind, key, value)
                if len(kind.__dict__) != len(attributes):
                    for key, value in [*kind.__dict__.items()]:
                        # Python itself may have added data, such as annotations it has read.
                        if key not in attributes and hasattr(value, "__get__"):
                            remove(kind, key)

    return keep, put_back


keep, put_back = _made()
