"""Mutants of Python code: one small fault each, of the kinds that people make."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from acrouter_mcp.verification.runner.plan import parse

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_CALCULATED: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add, ast.FloorDiv), ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,), ast.BitXor: (ast.BitOr,), ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
}  # fmt: skip
_CALLED = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "append": "extend", "lower": "upper",
    "upper": "lower", "startswith": "endswith", "endswith": "startswith", "lstrip": "rstrip", "rstrip": "lstrip",
    "find": "rfind", "split": "splitlines", "abs": "int", "set": "list", "floor": "ceil", "ceil": "floor",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A program with one fault: what stood on `line` and what stands there now."""

    text: str
    line: int
    was: str
    now: str


def mutants_of(text: str, limit: int, seed: int = 0) -> list[Mutant]:
    """Return at most `limit` different mutants of Python source, spread over its lines; raises SyntaxError.

    The same text and seed give the same mutants. Some may be equivalent to the original: nobody can tell in general.
    """
    tree = parse(text)
    places = [(at, change) for at, node in enumerate(ast.walk(tree)) for change in _changes(node)]
    random.Random(seed).shuffle(places)  # noqa: S311  the same mutants each time, no secret
    found: dict[str, Mutant] = {}
    used: dict[int, int] = {}
    plain = ast.unparse(tree)
    for turn in range(3):
        for at, change in places:
            if len(found) >= limit:
                return sorted(found.values(), key=lambda m: m.line)
            mutant = _mutated(tree, at, change)
            if mutant and mutant.text != plain and used.get(mutant.line, 0) <= turn and mutant.text not in found:
                found[mutant.text] = mutant
                used[mutant.line] = used.get(mutant.line, 0) + 1
    return sorted(found.values(), key=lambda m: m.line)


_Change = Callable[[ast.AST], ast.AST]


def _mutated(tree: ast.Module, at: int, change: _Change) -> Mutant | None:
    """Return the tree with its node number `at` changed; None if that makes no program."""
    changed = copy.deepcopy(tree)
    node = list(ast.walk(changed))[at]
    was, line = ast.unparse(node), getattr(node, "lineno", 0)
    replacement = ast.copy_location(change(node), node)
    now = ast.unparse(ast.fix_missing_locations(replacement))
    if replacement is not node:
        _Swap(node, replacement).visit(changed)
    try:
        return Mutant(text=ast.unparse(ast.fix_missing_locations(changed)) + "\n", line=line, was=was, now=now)
    except (ValueError, RecursionError):
        return None


class _Swap(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _changes(node: ast.AST) -> Iterator[_Change]:
    """Yield what can be done to one node; each gets a copy that it may change or replace."""
    for kind, changes in _BY_KIND:
        if isinstance(node, kind):
            yield from changes(node)


def _compared(node: ast.Compare) -> Iterator[_Change]:
    if len(node.ops) == 1:
        yield from (_operator("ops", [other()]) for other in _COMPARED.get(type(node.ops[0]), ()))


def _calculated(node: ast.BinOp | ast.AugAssign) -> Iterator[_Change]:
    if not _is_text(node):  # formatting, and joining of texts
        yield from (_operator("op", other()) for other in _CALCULATED.get(type(node.op), ()))


def _both(node: ast.BoolOp) -> Iterator[_Change]:
    yield _operator("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _without_not(node: ast.UnaryOp) -> Iterator[_Change]:
    if isinstance(node.op, ast.Not):
        yield lambda n: n.operand if isinstance(n, ast.UnaryOp) else n


def _tested(_: ast.If | ast.While | ast.IfExp) -> Iterator[_Change]:
    yield _negated


def _returned(node: ast.Return) -> Iterator[_Change]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield lambda _: ast.Return(value=ast.Constant(value=None))


def _left(_: ast.Break | ast.Continue) -> Iterator[_Change]:
    yield lambda n: ast.Continue() if isinstance(n, ast.Break) else ast.Break()


def _dropped(_: ast.AugAssign | ast.Raise) -> Iterator[_Change]:
    yield lambda _: ast.Pass()


def _constants(node: ast.Constant) -> Iterator[_Change]:
    value = node.value
    if isinstance(value, bool):
        yield lambda _: ast.Constant(value=not value)
    elif isinstance(value, (int, float)):
        yield lambda _: ast.Constant(value=value + 1)
        if value:
            yield lambda _: ast.Constant(value=value - 1)


def _calls(node: ast.Call) -> Iterator[_Change]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in _CALLED:
        yield lambda n: _renamed(n, _CALLED[name])
    if name == "range" and len(node.args) == 1:
        yield lambda n: _range(n, "stop")
        yield lambda n: _range(n, "start")


def _renamed(node: ast.AST, name: str) -> ast.AST:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        node.func.id = name
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node.func.attr = name
    return node


def _range(node: ast.AST, end: str) -> ast.AST:
    """Return `range` that ends one sooner, or starts one later."""
    if isinstance(node, ast.Call):
        if end == "start":
            node.args.insert(0, ast.Constant(value=1))
        else:
            node.args[0] = ast.BinOp(left=node.args[0], op=ast.Sub(), right=ast.Constant(value=1))
    return node


def _operator(field: str, value: object) -> _Change:
    def change(node: ast.AST) -> ast.AST:
        setattr(node, field, value)
        return node

    return change


def _negated(node: ast.AST) -> ast.AST:
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
    return node


def _is_text(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(node))


_BY_KIND: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Callable[[Any], Iterator[_Change]]], ...] = (
    (ast.Compare, _compared),
    ((ast.BinOp, ast.AugAssign), _calculated),
    (ast.BoolOp, _both),
    (ast.UnaryOp, _without_not),
    ((ast.If, ast.While, ast.IfExp), _tested),
    (ast.Constant, _constants),
    (ast.Return, _returned),
    ((ast.Break, ast.Continue), _left),
    ((ast.AugAssign, ast.Raise), _dropped),
    (ast.Call, _calls),
)
