"""An answer in words: is it one at all, is it about the code, and do the values that it claims hold?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.examples import as_tests, examples_in
from acrouter_mcp.verification.judging import finding_of
from acrouter_mcp.verification.rules import REFUSAL
from acrouter_mcp.verification.runner.plan import defined_names

NO_ANSWER = 0.1
"""Ceiling on the score of what doesn't answer."""
_FILE = "test_of_the_claims.py"
_WORD = re.compile(r"[A-Za-z]{3,}")
_PLACEHOLDER = re.compile(
    r"(?i)\b(?:TODO|TBD|FIXME|lorem ipsum)\b|\[(?:insert|your|describe|explanation)\b[^\]]*\]|<(?:insert|your) "
)
_NAMED = re.compile(r"`([A-Za-z_]\w*)(?:\(\))?`")
_LONG = 200


class ProseVerifier:
    """For `code_understanding`: words can be ruled out, and seldom proven."""

    name = "prose"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if submission.form != "prose":
            return Finding(score=None, detail="the solution is code")
        text = "\n".join(submission.files.values())
        task = submission.task or ""
        nothing = _no_answer(text, task)
        if nothing:
            return Finding(score=0.0, detail=nothing, gate=NO_ANSWER)
        wrong = await _false_claims(text, submission, context)
        if wrong is not None:
            return wrong
        found = {what: cost for what, cost in _faults(text, submission) if cost}
        score = max(1.0 - sum(found.values()), 0.0)
        return Finding(score=round(score, 4), detail="; ".join(found) or "an answer in words, about the code")


def _no_answer(text: str, task: str) -> str | None:
    """Say why `text` is no answer at all, if it isn't."""
    if not text.strip():
        return "the answer is empty"
    if REFUSAL.search(text[:_LONG]):
        return "it refuses to answer"
    words = _WORD.findall(text)
    if not words and not re.search(r"\d", text):
        return "there is not a word in it"
    lines = [line.strip() for line in text.splitlines() if len(line.strip()) > 3]
    known = {line.strip() for line in task.splitlines()}
    if lines and sum(line in known for line in lines) >= 0.9 * len(lines):
        return "it only repeats the task"
    return None


async def _false_claims(text: str, submission: Submission, context: Context) -> Finding | None:
    """Return what running the code says of `f(2) returns 3` in the answer, if it is false; None if all is well."""
    if context.runs is None or not submission.subject:
        return None
    names = frozenset(name for code in submission.subject.values() for name in defined_names(code))
    claims = examples_in(text, names)
    if not claims:
        return None
    finding = finding_of(await context.runs.with_tests({_FILE: as_tests(claims)}))
    if finding.tests is None or not finding.tests.failed:
        return None
    detail = finding.detail.replace("tests passed", "claims about what the code gives hold")
    return replace(finding, gate=None, detail=detail)


def _faults(text: str, submission: Submission) -> list[tuple[str, float]]:
    """Return (what speaks against the answer, its cost)."""
    code = "\n".join(submission.subject.values()) or (submission.task or "")
    return [
        ("a placeholder", 0.5 if _PLACEHOLDER.search(text) else 0.0),
        ("it goes round in circles", 0.6 if _repeats(text) else 0.0),
        ("it breaks off", 0.3 if _breaks_off(text) else 0.0),
        ("it speaks of nothing that is in the code", 0.4 if _off_topic(text, code) else 0.0),
        (
            f"it names what isn't in the code: {', '.join(_unknown(text, code)[:3])}",
            0.2 if _unknown(text, code) else 0.0,
        ),
    ]


def _repeats(text: str) -> bool:
    parts = [part.strip().lower() for part in re.split(r"[.\n]", text) if len(part.strip()) > 15]
    return len(parts) >= 4 and Counter(parts).most_common(1)[0][1] > len(parts) / 2


def _breaks_off(text: str) -> bool:
    return len(text) > _LONG and (bool(re.search(r"[\w,(]\s*\Z", text)) or text.count("```") % 2 == 1)


def _off_topic(text: str, code: str) -> bool:
    """Whether an answer shares no word with the code, names taken apart."""
    names = {part.lower() for name in re.findall(r"[A-Za-z_]\w+", code) for part in _apart(name)}
    words = {word.lower() for word in _WORD.findall(text)}
    stems = {name[:5] for name in names if len(name) >= 3}
    return len(names) >= 8 and len(words) >= 5 and not any(word[:5] in stems for word in words)


def _apart(name: str) -> list[str]:
    return re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)


def _unknown(text: str, code: str) -> list[str]:
    """Return names in backticks with an underscore or a hump, which only code has, that the code doesn't have."""
    named = dict.fromkeys(_NAMED.findall(text))
    return [n for n in named if ("_" in n.strip("_") or re.search(r"[a-z][A-Z]", n)) and n not in code]
