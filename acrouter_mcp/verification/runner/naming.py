"""The names in the syntax tree of tests: what they stand for, and who binds them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPE = (*FUNCTION, ast.Lambda, ast.ClassDef)


def path_of(node: ast.AST) -> str | None:
    """Return `name` or `self.name`; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return f"{node.value.id}.{node.attr}"
    return None


def paths_of(node: ast.AST) -> Iterator[str]:
    """Yield each such path in a tree."""
    path = path_of(node)
    if path is not None:
        yield path
        return
    for child in ast.iter_child_nodes(node):
        yield from paths_of(child)


def parameters_of(function: ast.AST) -> list[str]:
    """Return the names of a function's parameters; of anything else, none."""
    if not isinstance(function, (*FUNCTION, ast.Lambda)):
        return []
    a = function.args
    return [p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg)))]


def bound_in(tree: ast.Module, own: frozenset[str]) -> frozenset[str]:
    """Return the names that the tests bind to something that isn't the solution's."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            foreign = [a for a in node.names if a.name.partition(".")[0] not in own]
            found.update(a.asname or a.name.partition(".")[0] for a in foreign)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in own and not node.level:
            found.update(a.asname or a.name for a in node.names)
        elif isinstance(node, _SCOPE):
            found.update(parameters_of(node), [node.name] if not isinstance(node, ast.Lambda) else [])
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
    return frozenset(found)
