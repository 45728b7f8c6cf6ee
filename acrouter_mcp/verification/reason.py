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
_WORDS = "Words can't be run: read it, and tell record_outcome how good it is."
_MEND = {
    "tests": "Mend the cause and verify again with the same tests.",
    "suite": "Mend the suite and verify it again.",
    "prompt_tests": "Read that example once more (published ones are sometimes wrong), then mend it or give `tests`.",
    "prose": "Correct the answer.",
    "static": "Mend that and verify again.",
}


def reason(
    judgement: Judgement,
    findings: Mapping[str, Finding],
    submission: Submission,
    language: str | None,
    isolation: IsolationReport,
) -> str:
    """Return why the verdict is what it is, what was changed on the way in, and what to do about a failure."""
    if judgement.verdict == "fail":
        why = f"{_failure(judgement, findings)} {_MEND[judgement.basis]}"
    elif judgement.verdict == "pass":
        why = _passed(judgement, findings)
    elif judgement.environment_fault:
        why = _environment(findings, submission, language)
    elif isolation.tier == "none":
        remedies = "; ".join(f"{missing.why}: {missing.remedy}" for missing in isolation.missing)
        why = f"Nothing was executed: no sandbox works here ({remedies})."
    elif submission.form == "prose":
        why = f"Unsure: {_sentence(findings['prose'].detail) if 'prose' in findings else ''} {_WORDS}"
    elif submission.form == "program" and submission.workspace is None and find(language) is None:
        what = f"{language} is not executed here" if language else "this is not code that could be executed"
        why = f"Unsure: {what}. Judge it otherwise, and tell record_outcome how it went."
    else:
        why = _undecided(findings)
    return why + "".join(f" ({note})" for note in submission.notes)


def _passed(judgement: Judgement, findings: Mapping[str, Finding]) -> str:
    passed = judgement.tests.passed
    if judgement.basis == "suite":
        return _sentence(findings["suite"].detail)
    of_the_task = " (examples in the task's words only)" if judgement.basis == "prompt_tests" else ""
    return f"All {passed} tests passed{of_the_task}." if passed > 1 else f"The one test passed{of_the_task}."


def _failure(judgement: Judgement, findings: Mapping[str, Finding]) -> str:
    """Name what keeps it from running, if anything does, else the first test that failed."""
    gates = {name: finding for name, finding in findings.items() if finding.gate is not None}
    tests = gates.pop("tests", None)
    if judgement.tests.failed and judgement.tests.failures[:1] and judgement.tests.failures[0].name != "suite":
        gates.pop("suite", None)  # the first failure says more than that all failed
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
    told = [
        finding
        for name in ("tests", "suite", "prompt_tests")
        if (finding := findings.get(name)) and (finding.score is not None or finding.tests)
    ]
    for name, nothing in (("suite", "the solution is no test suite"), ("tests", NO_TESTS)):
        supplied = findings.get(name)
        if not told and supplied and supplied.detail != nothing:
            told.append(supplied)
    return f"Unsure: {_sentence(told[0].detail)}" if told else _NOTHING


def _sentence(detail: str) -> str:
    return detail if detail.endswith((".", "!", "?")) else f"{detail}."
