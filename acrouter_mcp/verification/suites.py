"""A solution that is a test suite: where the code under test is found, and how both are laid out to be run.

Tests are judged by what they test. It stands beside them in `files`, in the task's words, in the other argument of the
call, or, as models like to do it, once more in the suite itself.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from acrouter_mcp.verification.runner.plan import defined_names, parse, plan
from acrouter_mcp.verification.submission import ONE_FILE, TEST_FILE, Submission
from acrouter_mcp.verification.task_code import code_in

SUITE = "test_suite.py"
OWN_COPY = "the suite was judged against the copy of the code that it brings: the task shows none"
_RUNNERS = frozenset({"pytest", "unittest", "hypothesis", "solution", "doctest"})
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def as_suite(submission: Submission) -> Submission | None:
    """Return `submission` as a suite in `files` with the code that it tests in `subject`; None if it is no suite.

    Where that code is not to be found, `subject` is empty.
    """
    suites, rest = _parts(submission)
    if not suites:
        return _shaped(submission, submission.files, {}) if _should_test(submission) else None
    if len(suites) > 1 or len(rest) > 1 or (rest and tuple(rest) != (ONE_FILE,)):
        return _shaped(submission, suites, rest)
    text = next(iter(suites.values()))
    code = next(iter(rest.values()), None) or code_in(submission.task or "")
    notes = submission.notes
    if code is None:
        text, code = _taken_apart(text)
        notes = (*notes, OWN_COPY) if code else notes
    if code is None:
        return _shaped(submission, {SUITE: text}, {})
    path, text = _imported_as(text, code)
    return _shaped(replace(submission, notes=notes), {SUITE: _without(text, defined_names(code))}, {path: code})


def looks_like_tests(text: str) -> bool:
    """Whether Python source is tests rather than code: named like tests, or nothing but assertions."""
    try:
        tree, found = parse(text), plan(text)
    except SyntaxError:
        return False
    named = any(isinstance(n, _Definition) and n.name.lower().startswith("test") for n in tree.body)
    return named or bool(found.mentioned & {"pytest", "unittest"}) or (bool(found.promised) and not _functions(tree))


def _should_test(submission: Submission) -> bool:
    """Whether tests of code in the task were asked for, and Python came that has none."""
    text = submission.files.get(ONE_FILE, "") if submission.tests is None else ""
    asked = re.search(r"\btests?\b", submission.task or "", re.IGNORECASE)
    code = code_in(submission.task or "") if asked and text.strip() else None
    try:
        names = {n.id for n in ast.walk(parse(text)) if isinstance(n, ast.Name)}
    except SyntaxError:
        return False
    return code is not None and bool(names & defined_names(code))


def _parts(submission: Submission) -> tuple[dict[str, str], dict[str, str]]:
    """Return (suites, code under test) by path, as far as the call itself says."""
    python = {n: t for n, t in submission.files.items() if PurePosixPath(n).suffix == ".py"}
    if tuple(submission.files) == (ONE_FILE,):
        solution, other = submission.files[ONE_FILE], submission.tests
        if looks_like_tests(solution):
            is_code = other is not None and not looks_like_tests(other) and bool(defined_names(other))
            return {SUITE: solution}, {ONE_FILE: other} if is_code and other else {}
        tested = other and looks_like_tests(other) and not _checks(solution)
        return ({SUITE: other}, {ONE_FILE: solution}) if other and tested else ({}, {})
    if submission.tests and looks_like_tests(submission.tests):
        return {SUITE: submission.tests}, python
    named = {n: t for n, t in python.items() if TEST_FILE.match(PurePosixPath(n).name)}
    return named, {n: t for n, t in submission.files.items() if n not in named}


def _checks(text: str) -> bool:
    """Whether a program asserts things itself: a checker is an answer that has tests of its own."""
    try:
        return any(isinstance(node, ast.Assert) for node in ast.walk(parse(text)))
    except SyntaxError:
        return False


def _shaped(submission: Submission, suites: Mapping[str, str], subject: Mapping[str, str]) -> Submission:
    return replace(
        submission,
        form="suite",
        files=dict(suites),
        subject=dict(subject),
        tests=None,
        entry_point=None,
        language="python",
    )


def _functions(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if isinstance(node, _Definition)]


def _taken_apart(text: str) -> tuple[str, str | None]:
    """Return (tests, code) of a suite that brings the code that it tests; the second is None if it brings none."""
    tree = parse(text)
    promised = {name.partition("::")[0] for name in plan(text).promised}
    code = [
        node
        for node in tree.body
        if isinstance(node, _Definition) and node.name not in promised and not node.decorator_list and not _helps(node)
    ]
    if not code:
        return text, None
    names = {node.name for node in code}
    return _without(text, names), _kept(text, tree, code)


def _helps(node: ast.stmt) -> bool:
    """Whether a definition serves the tests: it asserts something, or is called like a test."""
    name = getattr(node, "name", "").lower()
    asserts = any(isinstance(n, ast.Assert) or "assert" in getattr(n, "attr", "").lower() for n in ast.walk(node))
    return asserts or name.startswith(("test", "check", "assert", "run_test", "setup", "main"))


def _kept(text: str, tree: ast.Module, code: Sequence[ast.stmt]) -> str:
    """Return the imports, constants and `code` of a suite, the rest of its lines blank."""
    plain = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    keep = {line for node in tree.body if isinstance(node, plain) or node in code for line in _lines(node)}
    return "\n".join(line if i in keep else "" for i, line in enumerate(text.splitlines(), 1)) + "\n"


def _without(text: str, names: set[str]) -> str:
    """Return a suite without its own copies of what it tests; the other lines keep their numbers."""
    gone = {
        line
        for node in parse(text).body
        if isinstance(node, _Definition) and node.name in names
        for line in _lines(node)
    }
    return "\n".join("" if i in gone else line for i, line in enumerate(text.splitlines(), 1)) + "\n"


def _lines(node: ast.stmt) -> range:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return range(first, (node.end_lineno or node.lineno) + 1)


def _imported_as(text: str, code: str) -> tuple[str, str]:
    """Return (path for the code, suite) so that the suite's imports find it, whatever they call its module."""
    names = defined_names(code)
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.level or _is_unknown(node.module)):
            if node.level or {a.name for a in node.names} & (names | {"*"}):
                module = (node.module or "solution").removeprefix("src.")
                return f"{module.replace('.', '/')}.py", _absolute(text)
        elif isinstance(node, ast.Import):
            unknown = [a.name for a in node.names if _is_unknown(a.name)]
            if unknown:
                return f"{unknown[0].removeprefix('src.').replace('.', '/')}.py", _absolute(text)
    return ONE_FILE, text


def _absolute(text: str) -> str:
    """Return a suite without dots and `src.` before the modules that it imports."""
    text = re.sub(r"^([ \t]*from )\.+(?= )import", r"\1solution import", text, flags=re.MULTILINE)
    text = re.sub(r"^([ \t]*from )\.+ +import", r"\1solution import", text, flags=re.MULTILINE)
    return re.sub(r"^([ \t]*(?:from|import) )(?:\.+|src\.)(?=\w)", r"\1", text, flags=re.MULTILINE)


def _is_unknown(module: str | None) -> bool:
    """Whether no installed module has this name: it can only be that of the code under test."""
    top = (module or "").partition(".")[0]
    if not top or top in sys.stdlib_module_names or top in _RUNNERS - {"solution"}:
        return False
    try:
        return top == "solution" or importlib.util.find_spec(top) is None
    except (ImportError, ValueError):
        return True
