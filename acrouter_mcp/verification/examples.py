"""Tests hidden in a task's own words: doctest sessions, assertions, and calls with an arrow to what they give.

On HumanEval's prompts such examples agree with the reference solution but for a few that are simply wrong: they are
evidence, and never the last word.
"""

from __future__ import annotations

import ast
import doctest
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from acrouter_mcp.text import SCAN_LIMIT, cap

_MAX_EXAMPLES = 40
_MAX_BRACKETS = 20
_MAX_CALLS = 60
_MAX_STATEMENTS = 100
_QUOTES = re.compile(r"^[ \t]*(?:\"\"\"|'''|```\w*)[ \t]*$|(?:\"\"\"|''')[ \t]*$", re.MULTILINE)
_ARROW = re.compile(
    r"\s*`?\s*(?:==>|=>|➞|→|->|==|=|(?:should|must|will|would) (?:return|give|be|equal)|returns?|gives?|is equal to"
    r"|equals|evaluates to|outputs?|yields?|#\s*(?:=>|->|returns?)?|//\s*(?:=>|->|returns?)?)\s*:?\s*`?\s*(.+)",
    re.IGNORECASE,
)
_WORDS = {"true": "True", "false": "False", "null": "None", "none": "None"}
_NOT_PROSE = (">>>", "...", "assert ", "def ", "class ", "import ", "from ", "@")


@dataclass(frozen=True, slots=True)
class Example:
    """One example as the body of a test function, in Python source."""

    body: str


def examples_in(task: str, names: frozenset[str]) -> tuple[Example, ...]:
    """Return the examples in `task` that call one of `names`; at most 40, each once, of the part that is scanned."""
    task = cap(task, SCAN_LIMIT)
    found: dict[str, Example] = {}
    for body in (*_doctests(task, names), *_assertions(task, names), *_arrows(task, names)):
        if _parsed(f"def test():\n{_indent(body)}") is not None:
            found.setdefault(body, Example(body))
    return tuple(found.values())[:_MAX_EXAMPLES]


def as_tests(examples: tuple[Example, ...]) -> str:
    """Return a test file of the examples, one function each."""
    functions = [f"def test_example_{i}():\n{_indent(e.body)}\n" for i, e in enumerate(examples, 1)]
    return _PRELUDE + "\n\n" + "\n\n".join(functions)


_PRELUDE = '''\
import contextlib, io, math


class Close:
    """A float of the task's words, which are rounded."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return repr(self.value)

    def __eq__(self, other):
        return self._near(self.value, other)

    def _near(self, a, b):
        if isinstance(a, (list, tuple)):
            return type(a) is type(b) and len(a) == len(b) and all(self._near(x, y) for x, y in zip(a, b))
        if isinstance(a, float) and type(b) in (int, float):
            return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) or math.isnan(a) and math.isnan(b)
        return type(b) in (int, float, str, bool, type(None), dict, set) and a == b
'''


def _doctests(task: str, names: frozenset[str]) -> Iterator[str]:
    """Yield doctest examples; statements without output are kept as what those after them start from."""
    setup: list[str] = []
    for source, want in _sessions(task)[:_MAX_STATEMENTS]:
        tree = _parsed(source)
        if tree is None:
            continue
        text = "\n".join([*setup, source])
        mentions = bool(_names_in(_parsed(text)) & names)
        if not want.strip():
            if mentions and _is_comparison(tree):
                yield "\n".join([*setup, f"assert {source}"])
            elif not _is_comparison(tree):
                setup.append(source)
        elif mentions:
            yield from _expecting(setup, source, want, tree)


def _sessions(task: str) -> list[tuple[str, str]]:
    text = _QUOTES.sub("", task)  # closing quotes and fences are not output
    try:
        return [(e.source.strip(), e.want) for e in doctest.DocTestParser().get_examples(text)]
    except ValueError:  # indentation that doctest refuses: take the lines as they come
        lines = [line.strip() for line in text.splitlines()]
        pairs = zip(lines, [*lines[1:], ""], strict=True)
        return [(a[3:].strip(), "" if b.startswith(">>>") else b) for a, b in pairs if a.startswith(">>>")]


def _expecting(setup: list[str], source: str, want: str, tree: ast.Module) -> Iterator[str]:
    lines = want.strip().splitlines()
    if lines[0].startswith("Traceback"):
        name = lines[-1].partition(":")[0].strip().rpartition(".")[2]
        if name.isidentifier():
            body = f"try:\n{_indent(source)}\nexcept {name}:\n    pass\nelse:\n    assert False, 'did not raise {name}'"
            yield "\n".join([*setup, body])
        return
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return
    for candidate in (want.strip(), lines[0].strip()):  # prose may follow right under the output
        literal = _literal(candidate)
        if literal is not None:
            yield "\n".join([*setup, f"assert ({source}) == {literal}"])
            return
    if source.startswith("print("):
        captured = f"out = io.StringIO()\nwith contextlib.redirect_stdout(out):\n{_indent(source)}"
        yield "\n".join([*setup, captured, f"assert out.getvalue().strip() == {want.strip()!r}"])
    elif len(lines) == 1:
        yield "\n".join([*setup, f"assert repr({source}) == {want.strip()!r}"])


def _assertions(task: str, names: frozenset[str]) -> Iterator[str]:
    for line in task.splitlines():
        source = line.strip().strip("`")
        tree = _parsed(source) if source.startswith("assert ") else None
        if tree and _names_in(tree) & names:
            yield source


def _arrows(task: str, names: frozenset[str]) -> Iterator[str]:
    """Yield `f(1) -> 2` and its like; both sides must be closed: no variables, as recurrences and prose have.

    Where a recurrence defines a name (`f(n) = f(n - 1) + 2`), equations of it are a derivation, not examples.
    """
    names -= {name for name in names if re.search(rf"\b{re.escape(name)}\s*\([a-z]\w*\)\s*=[^=>]", task)}
    lines = (
        _after_prompt(line) if line.lstrip(" \t`*-").startswith(_NOT_PROSE) else line for line in task.splitlines()
    )
    calls = (found for line in lines for found in _calls(line, names))
    for call, rest in itertools.islice(calls, _MAX_CALLS):
        match = _ARROW.match(rest)
        literal = _literal_prefix(match[1]) if match else None
        if literal is not None:
            yield f"assert ({call}) == {literal}"


def _after_prompt(line: str) -> str:
    """Return what follows `>>>` where a doctest has its result on the same line, behind an arrow."""
    before, prompt, after = line.partition(">>>")
    points = any(arrow in after for arrow in ("->", "=>", "→", "➞"))
    return after if prompt and points and not before.strip(" \t`*-") else ""


def _calls(line: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (call, rest of the line) for each call of one of `names` with literal arguments."""
    line = line[:1000]
    for match in re.finditer(r"(?<![\w.])([A-Za-z_]\w*)[ \t]?\(", line):
        if match[1] not in names:
            continue
        ends = (i for i, c in enumerate(line) if c == ")" and i > match.start())
        for end in itertools.islice(ends, _MAX_BRACKETS):
            tree = _parsed(line[match.start() : end + 1])
            if tree is not None:
                if _names_in(tree) <= names | {"float", "int", "set", "tuple", "list", "dict"}:
                    yield line[match.start() : end + 1], line[end + 1 :]
                break


def _literal_prefix(text: str) -> str | None:
    """Return the literal that `text` starts with; of a chain of equations (`19 - 5 - 6 = 8`) the last."""
    text = text.strip()[:300]
    for end in range(len(text), 0, -1):
        literal = _literal(text[:end].strip().rstrip(".;,`"))
        if literal is None:
            continue
        rest = text[end:].lstrip()
        if not re.match(r"[-+*/%&|<>=^\w(\[]", text[end:]) and not re.match(r"[-+*/%&|<>=^]", rest):
            return literal
        break
    return _literal_prefix(text.rpartition("=")[2]) if "=" in text else None


def _literal(text: str) -> str | None:
    """Return `text` as a literal of a test, floats rounded as the task has them; None if it isn't a literal.

    `("Saturn")` is none either: whoever writes that may mean a tuple.
    """
    if text.startswith("(") and "," not in text:
        return None
    try:
        value = ast.literal_eval(_WORDS.get(text.lower(), text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return f"Close({value!r})" if _has_float(value) else repr(value)


def _has_float(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_has_float, value))
    return isinstance(value, float)


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _names_in(tree: ast.AST | None) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} if tree else set()


def _is_comparison(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr) and isinstance(tree.body[0].value, ast.Compare)


def _indent(source: str) -> str:
    return "\n".join(f"    {line}" for line in source.splitlines())
