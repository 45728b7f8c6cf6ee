"""Is it a program at all: syntax, the entry point that was asked for, and more than a stub of it."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import PurePosixPath

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.runner.plan import parse

STUB = 0.1
"""Ceiling on the score of a solution that lacks what was asked for."""
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class AstVerifier:
    """Python by its syntax tree; of other languages only whether there is something, and its brackets."""

    name = "ast"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if not submission.files:
            return Finding(score=None, detail="a workspace is judged by its command")
        if not any(text.strip() for text in submission.files.values()):
            return Finding(score=0.0, detail="the solution is empty", gate=0.0)
        if context.language == "python":
            return await _python(submission, context)
        if context.language is None:
            return Finding(score=None, detail="no code was found in it")
        return _brackets(submission)


async def _python(submission: Submission, context: Context) -> Finding:
    trees: list[ast.Module] = []
    for name, text in submission.files.items():
        if PurePosixPath(name).suffix != ".py":
            continue
        try:
            trees.append(parse(text))
        except SyntaxError as error:
            if await _newer_syntax(context):
                return Finding(
                    score=1.0, detail="syntax newer than this server's Python; its own interpreter accepts it"
                )
            where = f" line {error.lineno}" if error.lineno else ""
            return Finding(score=0.0, detail=f"syntax error in {name}{where}: {error.msg}", gate=0.0)
    missing = _missing(trees, submission.entry_point)
    if missing:
        return Finding(score=0.0, detail=missing, gate=STUB)
    return Finding(score=1.0, detail="parses")


async def _newer_syntax(context: Context) -> bool:
    """Whether the interpreter that the solution is meant for imports what this one can't parse."""
    if context.runs is None:
        return False
    return (await context.runs.with_tests({})).imported


def _missing(trees: list[ast.Module], entry_point: str | None) -> str | None:
    """Say what is missing: the entry point, or a body for it or for every function that there is."""
    functions = [n for tree in trees for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if entry_point:
        first = entry_point.partition(".")[0]
        found = [n for tree in trees for n in ast.walk(tree) if isinstance(n, _Definition) and n.name == first]
        if not found and not any(first in _bound(tree) for tree in trees):
            return f"'{entry_point}' is not defined"
        functions = [n for n in functions if n in found] or functions
    if functions and all(_is_stub(f) for f in functions):
        return f"only a stub: {functions[0].name} has no body"
    return None


def _bound(tree: ast.Module) -> set[str]:
    """Return the names that a module binds other than by definition."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    imports = (n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)))
    return names | {alias.asname or alias.name for node in imports for alias in node.names}


def _is_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a body has nothing but a docstring, `pass`, `...` and `raise NotImplementedError`."""
    return all(_does_nothing(statement) for statement in function.body)


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        return "NotImplementedError" in ast.unparse(statement.exc)
    return isinstance(statement, ast.Pass)


def _brackets(submission: Submission) -> Finding:
    """Return a weak signal for languages whose grammar isn't known here; strings and comments are not told apart."""
    counts = Counter("".join(submission.files.values()))
    uneven = [f"{a}{b}" for a, b in _PAIRS.items() if abs(counts[a] - counts[b]) > 1]
    if uneven:
        return Finding(score=0.3, detail=f"brackets don't match: {' '.join(uneven)}; not parsed otherwise")
    return Finding(score=0.7, detail="brackets match; this language's syntax is not checked yet")
