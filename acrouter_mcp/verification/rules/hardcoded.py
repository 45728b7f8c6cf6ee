"""Answers of the visible examples written into a solution: `if n == 3: return 7`, or a table of just those inputs.

Only what can't be anything else is reported: nearly every visible example must be answered so, and the rest of the
function must not compute anything, or there must be three of them and more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from acrouter_mcp.verification.rules.model import Remark
from acrouter_mcp.verification.runner.plan import parse

RULED_OUT = 0.3
"""Ceiling on the score of a solution that only knows the examples."""
_COVERED = 0.8
_FEW, _MANY = 2, 3


@dataclass(frozen=True, slots=True)
class Known:
    """One visible example: the arguments of a call and its value, as `repr`."""

    arguments: tuple[str, ...]
    value: str


def hard_coded(text: str, visible: Iterable[str]) -> Remark | None:
    """Return what is hard-coded in Python source of the examples that the assertions in `visible` show."""
    try:
        tree = parse(text)
    except SyntaxError:
        return None
    known = _examples(visible)
    for function in (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))):
        mine = [known_ for name, known_ in known if name == function.name]
        mine = list(dict.fromkeys(mine))
        if len(mine) < _FEW or len({k.value for k in mine}) < _FEW:
            continue  # predicates have few values: True and False prove nothing
        answered = {k for k in mine for pair in _answers(function, tree) if _is(pair, k)}
        computes = _computes(function)
        enough = _FEW if not computes else _MANY
        if len(answered) >= enough and len(answered) >= _COVERED * len(mine):
            what = f"answers of {len(answered)} visible examples written into {function.name}"
            return Remark(what=what, line=function.lineno, cost=0.8, gate=RULED_OUT)
    return None


def _examples(visible: Iterable[str]) -> list[tuple[str, Known]]:
    """Return (function, example) for each `f(1) == 2` with plain values in the assertions of Python sources."""
    found = []
    for text in visible:
        try:
            tree = parse(text)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.Is)):
                example = _example(node.left, node.comparators[0]) or _example(node.comparators[0], node.left)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "assertEqual" and len(node.args) == 2:
                example = _example(*node.args) or _example(*reversed(node.args))
            else:
                continue
            if example:
                found.append(example)
    return found


def _example(call: ast.expr, value: ast.expr) -> tuple[str, Known] | None:
    if not isinstance(call, ast.Call):
        return None
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if isinstance(value, ast.Call) and len(value.args) == 1:  # Close(1.5), Like([1]), pytest.approx(2)
        value = value.args[0]
    arguments = [_value(a) for a in (*call.args, *(k.value for k in call.keywords))]
    expected = _value(value)
    if expected is None or any(a is None for a in arguments) or not arguments:
        return None
    return name, Known(tuple(a for a in arguments if a is not None), expected)


def _value(node: ast.expr) -> str | None:
    try:
        return repr(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


_Pair = tuple[frozenset[str], str]
"""Values that were compared with (all of them have to be), and what is returned then."""


def _is(pair: _Pair, known: Known) -> bool:
    inputs, value = pair
    whole = "(" + ", ".join(known.arguments) + ("," if len(known.arguments) == 1 else "") + ")"
    return value == known.value and (inputs == frozenset(known.arguments) or inputs == frozenset({whole}))


def _answers(function: ast.FunctionDef | ast.AsyncFunctionDef, tree: ast.Module) -> Iterator[_Pair]:
    """Yield the pairs of an input and an answer in a function, or in a table of its module that it reads."""
    for node in ast.walk(function):
        if isinstance(node, ast.If):
            yield from _from_if(node.test, node.body)
        elif isinstance(node, ast.IfExp):
            value = _value(node.body)
            if value is not None:
                yield from ((inputs, value) for inputs in _compared(node.test))
        elif isinstance(node, ast.match_case) and isinstance(node.pattern, ast.MatchValue):
            key = _value(node.pattern.value)
            yield from _returned(frozenset({key}) if key else None, node.body)
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    tables = [n.value for n in tree.body if isinstance(n, ast.Assign) and any(_named(t) in names for t in n.targets)]
    for table in [*(n for n in ast.walk(function) if isinstance(n, ast.Dict)), *tables]:
        if isinstance(table, ast.Dict):
            yield from _from_table(table)


def _named(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else ""


def _from_if(test: ast.expr, body: list[ast.stmt]) -> Iterator[_Pair]:
    for inputs in _compared(test):
        yield from _returned(inputs, body)


def _returned(inputs: frozenset[str] | None, body: list[ast.stmt]) -> Iterator[_Pair]:
    first = body[0] if len(body) == 1 else None
    result = first.value if isinstance(first, (ast.Return, ast.Assign)) else None
    value = _value(result) if result is not None else None
    if inputs and value is not None:
        yield inputs, value


def _compared(test: ast.expr) -> Iterator[frozenset[str]]:
    """Yield the values that a condition asks for: `n == 3`, `a == 1 and b == 2`, `(a, b) == (1, 2)`, `n in (3,)`."""
    if isinstance(test, ast.BoolOp):
        parts = [found for value in test.values for found in _compared(value)]
        if isinstance(test.op, ast.And) and parts:
            yield frozenset().union(*parts)
        else:
            yield from parts
    elif isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is)):
        values = [v for v in (_value(test.left), _value(test.comparators[0])) if v is not None]
        if len(values) == 1:
            yield frozenset(values)


def _from_table(table: ast.Dict) -> Iterator[_Pair]:
    for key, value in zip(table.keys, table.values, strict=True):
        k, v = _value(key) if key is not None else None, _value(value)
        if k is not None and v is not None:
            yield frozenset({k}), v


def _computes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether anything is computed: arithmetic, a loop, a call other than to look a key up."""
    for node in ast.walk(function):
        if isinstance(node, (ast.BinOp, ast.AugAssign, ast.For, ast.While, ast.comprehension)):
            return True
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name not in ("get", "tuple", "str", "repr", "ValueError", "KeyError", "list", "dumps", "isinstance"):
                return True
    return False
