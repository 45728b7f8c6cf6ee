"""The Python code that a task shows: in fences, or as lines of their own among its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from acrouter_mcp.text import cap
from acrouter_mcp.verification.runner.plan import parse, plan

SCANNED = 60_000
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
_STARTS = re.compile(r"^(?:async def|def|class|import|from|@)\b")
_MAX_TRIES = 60
_NO_CODE = frozenset({"bash", "sh", "shell", "console", "text", "txt", "output", "json", "plaintext", "diff"})


def fences(text: str) -> list[tuple[str, str]]:
    """Return (language, body) of each fenced block."""
    return [(match[2].lower(), match[3]) for match in _FENCED.finditer(cap(text, SCANNED))]


def code_in(task: str) -> str | None:
    """Return the Python code of `task` that can be run: definitions with bodies, tests left out; None without any."""
    blocks = [body for language, body in fences(task) if language not in _NO_CODE]
    found = [body for body in blocks if _is_code(body)]
    if not found and (loose := loose_code(task)) and _is_code(loose):
        found = [loose]
    return "\n\n".join(found) if found else None


def loose_code(task: str) -> str | None:
    """Return the longest run of lines, from one that can only be code, that parses and defines something."""
    lines = cap(task, SCANNED).splitlines()
    starts = [i for i, line in enumerate(lines) if _STARTS.match(line)]
    for start in starts[:10]:
        for end in _ends(lines, start):
            text = "\n".join(lines[start:end])
            try:
                tree = parse(text)
            except SyntaxError:
                continue
            if any(isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for n in tree.body):
                return text + "\n"
            break
    return None


def trailing_value(code: str) -> tuple[str, str | None]:
    """Return (`code` without a plain value at its end, that value): arguments to predict a result for."""
    try:
        last = parse(code).body[-1]
        ast.literal_eval(last.value if isinstance(last, ast.Expr) else ast.Name(""))
    except (SyntaxError, ValueError, TypeError, IndexError):
        return code, None
    lines = code.splitlines()
    return "\n".join(lines[: last.lineno - 1]) + "\n", "\n".join(lines[last.lineno - 1 : last.end_lineno])


def _ends(lines: list[str], start: int) -> Iterator[int]:
    """Yield where code that starts at `start` may end: the end of the text first, then before each unindented line."""
    yield len(lines)
    flat = [i for i in range(start + 1, len(lines)) if lines[i][:1].strip() and lines[i][0] not in ")]}"]
    yield from list(reversed(flat))[:_MAX_TRIES]


def _is_code(text: str) -> bool:
    """Whether `text` is Python that defines something which does something, and no test."""
    try:
        tree = parse(text)
        tests = plan(text).promised
    except SyntaxError:
        return False
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return bool(functions) and not tests and not all(map(_is_stub, functions))


def _is_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in function.body
    )
