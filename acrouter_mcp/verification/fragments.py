"""A fragment that completes code of the task is judged in its place: between what stands before it and behind it."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

from acrouter_mcp.types import Dimension
from acrouter_mcp.verification.runner.plan import defined_names
from acrouter_mcp.verification.submission import ONE_FILE, Submission
from acrouter_mcp.verification.task_code import fences

_FILL_IN = tuple(
    re.compile(rf"<\|?(?:{words})\|?>")
    for words in ("fim_prefix|fim_begin|PRE|prefix", "fim_suffix|fim_hole|SUF|suffix", "fim_middle|fim_end|MID|middle")
)
_HOLE = re.compile(
    r"<\|?/?(?:FILL(?:[ _-]?(?:ME|HERE|IN))*|MASK|HOLE|INFILL|INSERT|COMPLETE|COMPLETION|MISSING|CURSOR|BLANK|GAP"
    r"|YOUR[ _-]CODE(?:[ _-]HERE)?|CODE[ _-]HERE|MISSING[ _-]CODE|fim_hole|todo)\|?>"
    r"|\[(?:MASK|HOLE|FILL|BLANK|MISSING|INSERT|CURSOR)\]|\{\{ ?(?:fill|hole|completion|code|cursor|missing)\w* ?\}\}"
    r"|\u2588|_{4,}|(?:#|//|--|/\*)[ ]?(?:\.\.\.|TODO|FIXME|FILL|YOUR CODE|complete|implement|fill in|missing|insert"
    r"|write your|add your|code goes)\b[^\n]*",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[ \t]*(?:async def|def|class|import|from|@|#include|package|func|fn|pub|public|function|using)\b")
_BRACED = re.compile(
    r"^[ \t]*(?://|/\*|#include|#define|using |namespace |template|package |import |func |fn |pub |public |private "
    r"|static |export |function |class |struct |interface |type |const |let |var |async "
    r"|[A-Za-z_][\w<>:,&*\[\] ]* \w+\(.*\)\s*\{)"
)
_SIGNATURE = re.compile(r"(\w+)\s*\([^(){}]*\)[^(){};]*\{\s*(?:/[/*][^\n]*\s*)*$")
_MAX = 60_000
_NOTE = "the solution is a fragment; it was judged in the place that the task's code has for it"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a fragment belongs."""

    before: str
    after: str
    inline: bool
    """The hole has code on its own line."""
    marked: bool
    """The task marks the place; else it is the end of its code."""
    sure: bool = True
    """Nothing else is marked like this: a comment with TODO may be older than the task."""


def completed(submission: Submission) -> Submission:
    """Return `submission` with a fragment put into its place in the task's code; as it is if it is none."""
    text = submission.files.get(ONE_FILE)
    if text is None or len(submission.files) > 1 or not submission.task or not text.strip():
        return submission
    is_python = submission.language in (None, "python")
    whole = _python(text, submission) if is_python else _braced(text, submission.task)
    if whole is None:
        return submission
    return replace(submission, files={ONE_FILE: whole}, notes=(*submission.notes, _NOTE))


def _python(text: str, submission: Submission) -> str | None:
    """Return the whole program; None if `text` is one already, or fits nowhere."""
    alone = _compiles(text)
    own = defined_names(text) if alone else set()
    for place in _places(submission.task or "", _CODE):
        wanted = _wanted(place)
        if wanted is None or (alone and not _lacks(text, own, wanted, place, submission)):
            continue
        for candidate in _joined(place, text):
            if _compiles(candidate) and wanted <= defined_names(candidate):
                return candidate
    return None


def _lacks(text: str, own: set[str], wanted: set[str], place: _Place, submission: Submission) -> bool:
    """Whether `text`, which compiles, is still only a part: without what was begun, or without helpers that it uses."""
    if place.marked:
        return not wanted <= own and (place.sure or submission.dimension is Dimension.CODE_COMPLETION)
    if not wanted <= own:
        return submission.dimension is Dimension.CODE_COMPLETION
    return bool((defined_names(_closed(place.before)) - own) & _names(text))


def _wanted(place: _Place) -> set[str] | None:
    """Return the names that a whole program must define; None if the code before an unmarked place is finished."""
    if place.marked:
        return set(re.findall(r"^(?:async def|def|class)\s+(\w+)", f"{place.before}\n{place.after}", re.MULTILINE))
    try:
        tree = ast.parse(_closed(place.before))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:async def|def|class)\s+(\w+)", place.before, re.MULTILINE)[-1:])
    last = tree.body[-1] if tree.body else None
    inner = last.body[-1] if isinstance(last, ast.ClassDef) else last
    if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and last is not None:
        unfinished = all(isinstance(s, (ast.Expr, ast.Pass)) for s in inner.body)
        return {getattr(last, "name", "")} if unfinished else None
    return None


def _closed(code: str) -> str:
    """Return unfinished code with a body for what was begun last."""
    return code if _compiles(code) else f"{code.rstrip()}\n{' ' * _body_column(code)}pass\n"


def _names(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}


def _places(task: str, starts: re.Pattern[str]) -> Iterator[_Place]:
    """Yield where the task's code may have a hole, the surest first."""
    task = task[:_MAX]
    filled = _filled_in(task)
    if filled:
        yield filled
        return
    blocks = [body for _, body in fences(task)]
    if len(blocks) == 2 and re.search(r"\b(?:suffix|after|following|below|then)\b", task, re.IGNORECASE):
        yield _Place(blocks[0], blocks[1], inline=False, marked=True)
    for code in [*blocks, _from_code_on(task, starts)]:
        for hole in list(_HOLE.finditer(code))[:5]:
            line = code[code.rfind("\n", 0, hole.start()) + 1 : hole.start()]
            rest = code[hole.end() :].partition("\n")[0]
            inline, sure = bool((line + rest).strip()), hole[0][0] not in "#/-"
            yield _Place(code[: hole.start()], code[hole.end() :], inline, marked=True, sure=sure)
        if code.strip():
            yield _Place(code, "", inline=False, marked=False)


def _filled_in(task: str) -> _Place | None:
    """Return the place between the marks that models are trained to fill in between."""
    begin, hole, end = _FILL_IN
    first = begin.search(task)
    second = hole.search(task, first.end()) if first else None
    if not (first and second):
        return None
    third = end.search(task, second.end())
    after = task[second.end() : third.start() if third else len(task)]
    return _Place(task[first.end() : second.start()], after, inline=True, marked=True)


def _from_code_on(task: str, starts: re.Pattern[str]) -> str:
    """Return the task from its first line of code on."""
    lines = task.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if starts.match(line)), len(lines))
    return "".join(lines[start:])


def _joined(place: _Place, text: str) -> Iterator[str]:
    """Yield what the whole may look like, by indentation: as given, in the hole's column, one step further."""
    if place.inline:
        yield place.before + text.strip("\n") + place.after
        yield place.before + text.strip() + place.after
        return
    before, after = place.before.rstrip() + "\n", place.after.lstrip("\n")
    if place.marked:
        before = place.before[: place.before.rfind("\n") + 1] or place.before
        column = len(place.before) - len(before) if not place.before[len(before) :].strip() else 0
    else:
        column = _body_column(before)
    flat = textwrap.dedent(text.strip("\n"))
    for prefix in (before, *_mended(before)):
        for body in (text.strip("\n"), *(textwrap.indent(flat, " " * n) for n in (column, column + 4, 4, 8))):
            yield f"{prefix}{body}\n{after}"
        first, _, rest = text.strip("\n").partition("\n")  # a model often leaves the first line's indentation out
        if rest and not first.startswith((" ", "\t")):
            yield f"{prefix}{' ' * column}{first}\n{rest}\n{after}"


def _body_column(before: str) -> int:
    """Return the column that the next line of unfinished code has."""
    lines = [line for line in before.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    indent = len(last) - len(last.lstrip())
    return indent + 4 if last.rstrip().endswith(":") else indent


def _mended(before: str) -> Iterator[str]:
    """Yield code whose first line below a docstring lost its indentation, with that put back."""
    match = re.search(r"(?P<indent>^[ \t]+)(?P<rest>\"\"\"|'''|.*(?:\"\"\"|'''))\n(?=\S)", before, re.MULTILINE)
    if match:
        yield before[: match.end()] + match["indent"] + before[match.end() :]


def _compiles(text: str) -> bool:
    """Whether `text` is a Python program; `return` outside of a function makes none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, "solution", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _braced(text: str, task: str) -> str | None:
    """Return the whole of a program in a language with braces; None if `text` is one already, or fits nowhere."""
    for place in _places(task, _BRACED):
        before = place.before.rstrip()
        signature = _SIGNATURE.search(before)
        if place.marked and place.after.strip():
            whole = f"{place.before}{text.strip()}{place.after}"
        elif signature and not re.search(rf"\b{re.escape(signature[1])}\s*\([^(){{}}]*\)[^(){{}};]*\{{", text):
            whole = f"{before}\n{text.strip(chr(10))}\n"
            whole += "}\n" * max(_depth(whole), 0)
        else:
            continue
        if _depth(whole) == 0:
            return whole
    return None


def _depth(text: str) -> int:
    """Return how many braces stay open; those in strings and line comments are left out."""
    plain = re.sub(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)'|//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    return plain.count("{") - plain.count("}")
