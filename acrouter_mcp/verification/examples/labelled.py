"""Labelled inputs and outputs as calls of what the solution defines: `Input: nums = [2, 7], target = 9`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from acrouter_mcp.verification.examples.literals import arguments, assignments, literal_prefix, value_of
from acrouter_mcp.verification.examples.model import Target
from acrouter_mcp.verification.examples.pairs import Pair, pairs_in
from acrouter_mcp.verification.examples.targets import target_for

_FOR = re.compile(r"\b(?:for|if|given|when|with|where|take|let)\s+`?(?=[A-Za-z_]\w*\s*=[^=])", re.IGNORECASE)
_THEN = re.compile(
    r"[`,:;]?\s*(?:->|=>|\u2192|(?:then )?(?:the |your |its )?(?:function |it |output|result|answer|return value)?\s*"
    r"(?:should |must |will |would )?(?:be|is|returns?|equals?|give|gives|output|outputs|print|prints))\s*:?\s*`?",
    re.IGNORECASE,
)
_ANY_ORDER = re.compile(r"\bany order\b|order (?:of \w+ )?(?:does not|doesn't) matter", re.IGNORECASE)
_PROSE = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){3}")
_MAX_WORD = 80


def labelled_calls(task: str, names: frozenset[str], targets: tuple[Target, ...]) -> Iterator[str]:
    """Yield bodies of tests from labelled pairs and from `For x = 1, the output should be 2`."""
    wrap = "AnyOrder" if _ANY_ORDER.search(task) else "Like"
    for pair in [*pairs_in(task), *_in_sentences(task)]:
        expected = _expected(pair.result)
        call = (_written(pair.given, names) or _call(pair.given, targets)) if expected else None
        if call:
            setup, source = call
            yield f"{setup}assert ({source}) == {wrap}({expected})"


def _in_sentences(task: str) -> Iterator[Pair]:
    for line in task.splitlines():
        start = _FOR.search(line[:1000])
        if not start:
            continue
        rest = line[start.end() : 1000]
        for then in _THEN.finditer(rest):
            found = literal_prefix(rest[then.end() :]) if assignments(rest[: then.start()].rstrip(" ,`")) else None
            if found and not found.startswith("Close("):
                yield Pair(rest[: then.start()].rstrip(" ,`"), found, sample=True)
                break
            if found:
                yield Pair(rest[: then.start()].rstrip(" ,`"), found[6:-1], sample=True)
                break


def _expected(text: str) -> str | None:
    """Return the source of what a pair's output says: a literal, or a word or two without their quotes."""
    text = text.strip().strip("`").strip()
    named = assignments(text) if "=" in text else None
    if named and len(named) == 1:
        return next(iter(named.values()))
    found = value_of(text) or value_of(text.rstrip(".;"))
    if found:
        return repr(found[0])
    prefix = literal_prefix(text.splitlines()[0], strict=True) if text else None
    if prefix:
        return prefix[6:-1] if prefix.startswith("Close(") else prefix
    plain = text and "\n" not in text and len(text) <= _MAX_WORD and not _PROSE.search(text)
    return repr(text) if plain and not re.search(r"[\[\]{}()=<>]", text) else None


def _written(given: str, names: frozenset[str]) -> tuple[str, str] | None:
    """Return a call of one of `names` that stands as the input itself."""
    try:
        node = ast.parse(given.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    called = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return ("", given.strip()) if isinstance(node, ast.Call) and called and called <= names else None


def _call(given: str, targets: tuple[Target, ...]) -> tuple[str, str] | None:
    """Return (statements before it, call) for a pair's input; None if it isn't clear what is called with what."""
    given = given.strip().strip("`").strip()
    named = assignments(given)
    if named:
        target = target_for(targets, tuple(named), len(named))
        if target is None:
            return None
        values = list(named.values())
        if set(named) <= set(target.parameters):
            if target.in_place and target.parameters[0] in named:
                return _in_place(target, [named.pop(target.parameters[0])], named)
            return "", f"{target.call}({', '.join(f'{n}={v}' for n, v in named.items())})"
        return _positional(target, values)
    values_only = _values(given)
    for each in (values_only, (repr(given),) if _is_word(given) else None):
        target = target_for(targets, (), len(each)) if each else None
        if each and target:
            return _positional(target, list(each))
    return None


def _values(given: str) -> tuple[str, ...] | None:
    one = value_of(given)
    if one and not (isinstance(one[0], tuple) and not given.startswith("(")):
        return (repr(one[0]),)
    return arguments(given)


def _is_word(text: str) -> bool:
    """Whether an input is a text without its quotes; a number of words may be a description."""
    return bool(re.fullmatch(r"[A-Za-z][\w .!?'-]{0,79}", text)) and not _PROSE.search(text)


def _positional(target: Target, values: list[str]) -> tuple[str, str]:
    return _in_place(target, values, {}) if target.in_place else ("", f"{target.call}({', '.join(values)})")


def _in_place(target: Target, values: list[str], named: dict[str, str]) -> tuple[str, str]:
    rest = [*values[1:], *(f"{name}={value}" for name, value in named.items())]
    call = f"{target.call}({', '.join(['given', *rest])})"
    return f"given = {values[0]}\ngot = {call}\n", "given if got is None else got"
