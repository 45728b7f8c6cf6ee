"""Whether a program printed what was expected."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?")
_FREE_CASE = re.compile(r"\b(?:any case|either case|upper or lower ?case|case[- ]insensitive)", re.IGNORECASE)
_FREE_ANSWER = re.compile(
    r"\b(?:print|output|return|find|give)s? any\b|\bany (?:one )?of them\b|\bany (?:valid|correct|such|possible)\b"
    r"|multiple (?:valid |possible |correct )?(?:solutions|answers|outputs)|any order",
    re.IGNORECASE,
)


def same_output(expected: str, got: str, *, any_case: bool = False, open_end: bool = False) -> bool:
    """Whether two outputs say the same: blanks at the ends of lines don't count, decimal numbers may be rounded.

    With an open end it is enough that `got` begins with what is expected.
    """
    if any_case:
        expected, got = expected.casefold(), got.casefold()
    wanted, given = _words(expected), _words(got)
    if open_end:
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(
        len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(wanted, given, strict=True)
    )


def any_case(task: str) -> bool:
    """Whether the task lets an answer be written in capitals or not."""
    return bool(_FREE_CASE.search(task))


def several_answers(task: str) -> bool:
    """Whether the task has more right answers than the one that it shows."""
    return bool(_FREE_ANSWER.search(task))


def _words(text: str) -> list[list[str]]:
    lines = [line.split() for line in text.replace("\r", "").strip().split("\n")]
    return [line for line in lines if line]


def _same(expected: str, got: str) -> bool:
    if expected == got:
        return True
    if not _NUMBER.fullmatch(expected):
        return False
    try:
        return math.isclose(float(expected), float(got), rel_tol=1e-5, abs_tol=1e-6)
    except ValueError:
        return False
