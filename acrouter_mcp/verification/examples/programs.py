"""Examples of programs: what stands on standard input, what they must print."""

from __future__ import annotations

import json
import re

from acrouter_mcp.text import cap
from acrouter_mcp.verification.examples.model import MAX_EXAMPLES, Program
from acrouter_mcp.verification.examples.pairs import pairs_in

SCANNED = 40_000
"""Characters of a task: contest problems are long, and their samples stand at the end."""
_DESCRIBES = re.compile(
    r"\b(?:standard input|following format|the (?:first|only|second|next|input|output) |consists? of|contains?"
    r"|print (?:the|a|an|one|each)|output (?:the|a|an|one|each)|denot(?:es|ing)|in a single line"
    r"|a single (?:line|integer))",
    re.IGNORECASE,
)


def programs_in(task: str) -> tuple[Program, ...]:
    """Return the samples of a contest problem in `task`, each once, at most 40; descriptions of a format are none."""
    found = dict.fromkeys(
        Program(_lines(pair.given), _lines(pair.result), pair.goes_on)
        for pair in pairs_in(cap(task, SCANNED))
        if pair.result.strip() and (pair.sample or not _DESCRIBES.search(pair.given + "\n" + pair.result))
    )
    return tuple(p for p in found if not _DESCRIBES.search(p.stdin))[:MAX_EXAMPLES]


def written_programs(tests: str) -> tuple[Program, ...]:
    """Return programs' tests as given in place of test code: samples as above, or JSON with `input` and `output`."""
    try:
        found = json.loads(tests)
    except ValueError:
        return programs_in(tests)
    if isinstance(found, dict):
        inputs, outputs = (found.get(f"{word}s") for word in ("input", "output"))
        if isinstance(inputs, list) and isinstance(outputs, list):
            found = [{"input": a, "output": b} for a, b in zip(inputs, outputs, strict=False)]
        else:
            found = [found]
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    programs = []
    for row in rows[: 5 * MAX_EXAMPLES]:
        given = next((row[k] for k in ("input", "stdin") if k in row), None)
        result = next((row[k] for k in ("output", "expected_output", "expected", "stdout") if k in row), None)
        if isinstance(given, str) and isinstance(result, str):
            programs.append(Program(_lines(given), _lines(result)))
    return tuple(programs)


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"
