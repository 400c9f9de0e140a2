"""Reads the engine's sources for javascript.py: where a thing is defined, and which names its
definition has."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def module(thing: Any) -> ModuleType:
    return sys.modules[thing.__module__]


def home(module: ModuleType, name: str) -> ModuleType:
    """Where a constant is assigned: `module`, or the one that it is imported from."""
    for other in [module, *sys.modules.values()]:
        ours = other.__name__.startswith("micrograd_wasm")
        if (
            ours
            and vars(other).get(name) is vars(module)[name]
            and any(name in target_names(one) for one in assignments(other))
        ):
            return other
    raise NotImplementedError(f"{module.__name__}.{name} is assigned nowhere")


def tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def definition(thing: Any) -> Any:
    for node in tree(module(thing)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == thing.__name__:
            return node
    raise NotImplementedError(f"{thing.__module__}.{thing.__qualname__} is not at its module's top")


def assignments(module: ModuleType) -> Iterator[ast.expr]:
    for node in tree(module).body:
        if isinstance(node, ast.Assign):
            yield from node.targets
        elif isinstance(node, ast.AnnAssign):
            yield node.target


def assigned(module: ModuleType, name: str) -> ast.expr:
    for node in tree(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(found)], value=value) if found == name:
                return value
            case ast.AnnAssign(target=ast.Name(found), value=value) if found == name and value:
                return value
    raise NotImplementedError(f"{module.__name__}.{name} is assigned nowhere")


def parameters(arguments: ast.arguments) -> list[str]:
    every = [*arguments.args, *arguments.kwonlyargs]
    every += [one for one in (arguments.vararg, arguments.kwarg) if one]
    return [one.arg for one in every]


def positional(thing: Any) -> list[str]:
    """The names that a call's positional arguments have."""
    parameters = inspect.signature(thing).parameters.values()
    return [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside, but not inside a function of its own."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda | ast.ListComp | ast.GeneratorExp):
            yield from own_nodes(child)


def assigned_names(node: ast.AST) -> Iterator[str]:
    for part in own_nodes(node):
        match part:
            case ast.Assign(targets):
                for target in targets:
                    yield from target_names(target)
            case ast.AnnAssign(target) | ast.AugAssign(target) | ast.For(target):
                yield from target_names(target)
            case ast.NamedExpr(target):
                yield from target_names(target)
            case ast.FunctionDef(name):
                yield name


def target_names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Tuple):
        return [name for item in node.elts for name in target_names(item)]
    return []


def loaded(node: ast.expr) -> ast.expr:
    """An assignment's target as an expression."""
    return ast.parse(ast.unparse(node), mode="eval").body


def union(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [*union(node.left), *union(node.right)]
    return node.elts if isinstance(node, ast.Tuple) else [node]
