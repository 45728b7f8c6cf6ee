"""What an example may call that doesn't name it: functions, and the methods of a `Solution` class."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from acrouter_mcp.verification.examples.model import Target
from acrouter_mcp.verification.runner.plan import parse

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_STRUCTURES = ("TreeNode", "ListNode", "Node", "NestedInteger", "Employee", "Interval")


def targets_in(text: str, entry_point: str | None = None) -> tuple[Target, ...]:
    """Return what can be called in Python source: the entry point alone where it is there.

    Nothing if it can't be parsed.
    """
    try:
        body = parse(text).body
    except SyntaxError:
        return ()
    found = [_target(f, f.name, of_class=False) for f in body if isinstance(f, ast.FunctionDef)]
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name == "Solution":
            found += [_target(f, f"Solution().{f.name}", of_class=True) for f in _methods(node)]
    named = [t for t in found if entry_point and t.call.rpartition(".")[2] == entry_point.rpartition(".")[2]]
    return tuple(named or [t for t in found if not t.call.startswith("_")])


def target_for(targets: tuple[Target, ...], names: tuple[str, ...], count: int) -> Target | None:
    """Return the only target that takes `count` arguments, or these names; None if there are several or none."""
    able = [t for t in targets if not t.structured and t.required <= count <= len(t.parameters)]
    exact = [t for t in able if names and set(names) <= set(t.parameters)]
    chosen = exact or able
    return chosen[-1] if len({t.call for t in chosen}) == 1 else None


def _methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (f for f in node.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_"))


def _target(function: ast.FunctionDef, call: str, *, of_class: bool) -> Target:
    a = function.args
    positional = [arg.arg for arg in (*a.posonlyargs, *a.args)][1 if of_class and not _is_static(function) else 0 :]
    hints = " ".join(ast.unparse(hint) for hint in (*(arg.annotation for arg in a.args), function.returns) if hint)
    returns = isinstance(function.returns, ast.Constant) and function.returns.value is None
    gives = any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(function))
    return Target(
        call=call,
        parameters=tuple(positional),
        required=len(positional) - len(a.defaults),
        in_place=bool(positional) and not gives and (returns or function.returns is None),
        structured=any(name in hints for name in _STRUCTURES),
    )


def _is_static(function: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
