"""Tests made of the tests, which tell a solution that is right from one that had a hand in what it was compared with.

Both kinds are run only where the real tests passed and there is a reason; a solution can't tell them from real ones.

- `withheld`: what the solution did to its arguments isn't carried back. An assertion that sets its answer against an
  argument must still hold.
- `altered`: what an object of the solution's is compared with is another value. It must no longer hold.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from acrouter_mcp.verification.inside import decoys
from acrouter_mcp.verification.runner.base import Row
from acrouter_mcp.verification.runner.influence import RESULT, Assertion, assertions
from acrouter_mcp.verification.runner.plan import parse

_MARK = "__acrouter_doubt__"
_SAME = "__acrouter_same__"
_ORDERS: dict[type[ast.cmpop] | None, str] = {ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">="}


@dataclass(slots=True)
class Doubts:
    """Tests to run instead, and what a failure of them means."""

    tests: dict[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    """Of the assertions in doubt, by the number that a failure names."""

    def confirmed(self, rows: Iterable[Row]) -> list[str]:
        """Return the sources of those assertions that turned out as they shouldn't."""
        failed = [row.message for row in rows if row.outcome == "failed"]
        numbers = [int(n) for message in failed for n in re.findall(rf"{_MARK}(\d+)", message)[:1]]
        return [self.sources[n] for n in dict.fromkeys(numbers) if n < len(self.sources)]


def withheld(tests: Mapping[str, str], own: frozenset[str]) -> Doubts | None:
    """Return tests in which only the doubtful assertions count; None if there is none. Raises SyntaxError."""
    doubts = Doubts()
    for name, text in tests.items():
        tree = parse(text)
        replaced: dict[ast.stmt, ast.stmt] = {}
        for one in assertions(tree, own):
            handler = f"raise AssertionError('{_MARK}{len(doubts.sources)}')" if one.doubtful else "pass"
            if one.doubtful:
                doubts.sources.append(ast.unparse(one.statement))
            replaced[one.statement] = _guarded(one.statement, handler)
        doubts.tests[name] = _with(tree, replaced)
    return doubts if doubts.sources else None


def altered(tests: Mapping[str, str], own: frozenset[str], classes: frozenset[str]) -> Doubts | None:
    """Return tests in which comparisons with objects of `classes` must not hold; None if there is none."""
    doubts = Doubts()
    for name, text in tests.items():
        tree = parse(text)
        made = _makings(tree)
        replaced: dict[ast.stmt, ast.stmt] = {}
        for one in assertions(tree, own):
            other = _other(one, made, classes)
            replaced[one.statement] = _guarded(one.statement, "pass")
            if other is not None:
                replaced[one.statement] = _refuted(other, len(doubts.sources))
                doubts.sources.append(ast.unparse(one.statement))
        doubts.tests[name] = _with(tree, replaced)
    return doubts if doubts.sources else None


def _other(one: Assertion, made: Mapping[str, list[ast.Assign]], classes: frozenset[str]) -> ast.stmt | None:
    """Return a statement that sets `__acrouter_same__` to what must be false if the assertion means anything."""
    if one.operator in _ORDERS:
        return _swapped(one, _ORDERS[one.operator]) if all(RESULT in kinds for kinds in one.kinds) else None
    if one.operator not in (ast.Eq, ast.In):
        return None
    for index in (1, 0):  # what is expected is mostly on the right
        other = _spelt_out(one.sides[index], one, made)
        is_member = one.operator is ast.In and index == 0
        if one.operator is ast.In and not is_member and isinstance(other, ast.Call):
            continue  # another object may well hold the same
        if _alter_objects(other, classes, decoys.far if is_member else decoys.other):
            left, right = (one.sides[0], other) if index else (other, one.sides[1])
            test = ast.Compare(left=left, ops=[one.operator()], comparators=[right])
            return ast.Assign(targets=[ast.Name(id=_SAME, ctx=ast.Store())], value=test)
    return None


def _spelt_out(side: ast.expr, one: Assertion, made: Mapping[str, list[ast.Assign]]) -> ast.expr:
    """Return a copy of a side; of a name, what it was made by."""
    before = (
        [a for a in made.get(side.id, []) if a.lineno <= one.statement.lineno] if isinstance(side, ast.Name) else []
    )
    return copy.deepcopy(before[-1].value if before else side)


def _makings(tree: ast.Module) -> dict[str, list[ast.Assign]]:
    """Return the assignments to each plain name, in the order of their lines."""
    found: dict[str, list[ast.Assign]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node)
    return {name: sorted(several, key=lambda a: a.lineno) for name, several in found.items()}


def _alter_objects(node: ast.expr, classes: frozenset[str], other: Callable[[Any], Any]) -> bool:
    """Make the objects in `node` that are plainly constructed there other ones; returns whether there is any."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return any([_alter_objects(element, classes, other) for element in node.elts])  # noqa: C419 - each of them
    if isinstance(node, ast.Dict):
        return any([_alter_objects(value, classes, other) for value in node.values])  # noqa: C419
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in classes:
        return False
    changed = False
    for part in (part for value in [*node.args, *(k.value for k in node.keywords)] for part in ast.walk(value)):
        if isinstance(part, ast.Constant) and part.value not in (None, ...):
            part.value = other(part.value)
            changed = True
    return changed


def _swapped(one: Assertion, word: str) -> ast.stmt:
    """Return the comparison the other way round; neither side is asked for twice."""
    tied = " and not b == a" if "=" in word else ""
    made = ast.parse(f"{_SAME} = (lambda a, b: b {word} a{tied})(None, None)").body[0]
    made.value.args = list(one.sides)  # type: ignore[attr-defined]
    return made


def _refuted(sets: ast.stmt, number: int) -> ast.stmt:
    """Return a statement that fails if what `sets` says comes out true; an error refutes it as well."""
    made = ast.parse(
        f"if True:\n try:\n  pass\n except Exception:\n  {_SAME} = False\n assert not {_SAME}, '{_MARK}{number}'"
    ).body[0]
    made.body[0].body = [sets]  # type: ignore[attr-defined]
    return made


def _guarded(statement: ast.stmt, handler: str) -> ast.stmt:
    made = ast.parse(f"try:\n pass\nexcept Exception:\n {handler}").body[0]
    made.body = [statement]  # type: ignore[attr-defined]
    return made


def _with(tree: ast.Module, replaced: Mapping[ast.stmt, ast.stmt]) -> str:
    """Return the text of a tree with statements replaced."""
    for node in list(ast.walk(tree)):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [replaced.get(statement, statement) for statement in block])
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
