"""What the text of tests says about running them apart from the solution."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import PurePosixPath

from acrouter_mcp.verification.runner.base import PythonRun
from acrouter_mcp.verification.runner.plan import modules_of, parse

_ONE_PROCESS = frozenset(
    {"subprocess", "runpy", "inspect", "importlib", "multiprocessing", "threading", "concurrent", "pickle", "gc",
     "weakref", "ctypes", "tracemalloc", "logging", "warnings"}
)  # fmt: skip
"""Modules by which tests look at the solution, or act on it, other than by calling it."""
_REACHES = frozenset(
    {"setenv", "delenv", "environ", "chdir", "stdin", "argv", "patch", "seed", "warns", "recwarn", "caplog",
     "deprecated_call", "assertLogs", "assertWarns", "setrecursionlimit", "getrefcount", "modules"}
)  # fmt: skip
"""Names by which tests change what the solution's process would have to see."""


def cannot_be_split(run: PythonRun) -> str | None:
    """Return what in the tests needs the solution in their own process; None if nothing is seen to."""
    if any(PurePosixPath(name).name == "conftest.py" for name in run.files):
        return "conftest.py"
    own = {name.partition(".")[0] for name in modules_of(run.files)}
    for text in run.tests.values():
        tree = parse(text)
        found = next(_reaching(tree, own), None)
        if found:
            return found
    return None


def names_taken(run: PythonRun) -> list[str]:
    """Return names that `from solution import *` may not bring: built-in ones, and those that the tests define."""
    taken = {name for name in vars(builtins) if name != run.entry_point}
    for text in run.tests.values():
        for node in parse(text).body:
            taken.update(_bound(node))
    return sorted(taken)


def names_mentioned(run: PythonRun) -> list[str]:
    """Return every identifier in the tests: the classes that they know are among them."""
    found: set[str] = set()
    for text in run.tests.values():
        for node in ast.walk(parse(text)):
            if isinstance(node, ast.alias):
                found.add(node.name)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                found.add(node.id if isinstance(node, ast.Name) else node.attr)
    return sorted(found)


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _reaching(tree: ast.Module, own: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.partition(".")[0] in _ONE_PROCESS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _ONE_PROCESS:
            yield str(node.module)
        elif isinstance(node, ast.Call) and _patches(node, own):
            yield "setattr"
        else:
            name = getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "arg", None)
            if name in _REACHES:
                yield str(name)


def _patches(node: ast.Call, own: set[str]) -> bool:
    """Whether a call patches anything other than one of the solution's modules."""
    if not (isinstance(node.func, ast.Attribute) and node.func.attr == "setattr"):
        return False
    return not (node.args and isinstance(node.args[0], ast.Name) and node.args[0].id in own)
