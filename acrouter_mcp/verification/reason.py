"""The verdict in a sentence or two: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from acrouter_mcp.verification.judging import NO_TESTS
from acrouter_mcp.verification.languages import find
from acrouter_mcp.verification.protocol import Finding
from acrouter_mcp.verification.sandbox import IsolationReport
from acrouter_mcp.verification.score import Judgement
from acrouter_mcp.verification.submission import Submission

_NOTHING = "Nothing was tested: give `tests`, or run them and tell record_outcome."


def reason(
    judgement: Judgement,
    findings: Mapping[str, Finding],
    submission: Submission,
    language: str | None,
    isolation: IsolationReport,
) -> str:
    """Return why the verdict is what it is, and what was changed on the way in."""
    if judgement.verdict == "fail":
        why = _failure(judgement, findings)
    elif judgement.verdict == "pass":
        passed = judgement.tests.passed
        why = f"All {passed} tests passed." if passed > 1 else "The one test passed."
    elif judgement.environment_fault:
        why = _environment(findings, submission, language)
    elif isolation.tier == "none":
        remedies = "; ".join(f"{missing.why}: {missing.remedy}" for missing in isolation.missing)
        why = f"Nothing was executed: no sandbox works here ({remedies})."
    elif submission.workspace is None and find(language) is None:
        what = f"{language} is not executed here" if language else "this is not code that could be executed"
        why = f"Unsure: {what}. Judge it otherwise, and tell record_outcome how it went."
    else:
        why = _undecided(findings)
    return why + "".join(f" ({note})" for note in submission.notes)


def _failure(judgement: Judgement, findings: Mapping[str, Finding]) -> str:
    """Name what keeps it from running, if anything does, else the first test that failed."""
    gates = {name: finding for name, finding in findings.items() if finding.gate is not None}
    tests = gates.pop("tests", None)
    if gates:
        return _sentence(min(gates.values(), key=lambda f: f.gate or 0.0).detail)
    counts = judgement.tests
    if tests and counts.failures and counts.failures[0].name == "run":
        return _sentence(tests.detail)
    first = counts.failures[0] if counts.failures else None
    ran = f"{counts.failed} of {counts.expected} tests failed"
    return _sentence(f"{ran}; first {first.name}: {first.message}" if first else ran)


def _environment(findings: Mapping[str, Finding], submission: Submission, language: str | None) -> str:
    detail = next(finding.detail for finding in findings.values() if finding.environment_fault)
    if "not installed" in detail and language in (None, "python"):
        detail += f"; install it for {submission.python}, or name another interpreter by ACROUTER_PYTHON"
    return f"Not the solution's fault: {_sentence(detail)}"


def _undecided(findings: Mapping[str, Finding]) -> str:
    """Say what the tests lacked; without any, what to give."""
    told = [f for name in ("tests", "prompt_tests") if (f := findings.get(name)) and (f.score is not None or f.tests)]
    supplied = findings.get("tests")
    if supplied and supplied.detail != NO_TESTS:
        told.insert(0, supplied)
    return f"Unsure: {_sentence(told[0].detail)}" if told else _NOTHING


def _sentence(detail: str) -> str:
    return detail if detail.endswith((".", "!", "?")) else f"{detail}."
