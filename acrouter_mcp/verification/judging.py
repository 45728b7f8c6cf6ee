"""From a run's report to a finding: what counts as the solution's own failure, and what as the environment's."""

from __future__ import annotations

from dataclasses import dataclass, field

from acrouter_mcp.types import TestCounts, TestFailure
from acrouter_mcp.verification.protocol import Finding
from acrouter_mcp.verification.runner import Broken, RunReport

NO_TESTS = "no tests were given"
MAX_FAILURES = 5
MAX_MESSAGE = 300
ALL_FAILED = 0.1
"""Ceiling on the score where no test passed and one failed."""


def finding_of(report: RunReport) -> Finding:
    """Return what a run with tests says of the solution."""
    tests = count(report)
    broken = report.import_broken or report.tests_broken
    if report.forged:
        return _own(report, f"the solution meddled with its tests: {report.forged}")
    if broken:
        return _broken(report, broken)
    if report.ended and report.ended.environment:
        return Finding(score=None, detail=report.ended.message, environment_fault=True)
    if not report.promised:
        return Finding(score=None, detail="no test was found in the tests: none of its statements or functions asserts")
    if not tests.expected:
        return Finding(score=None, detail=f"all {len(report.rows)} tests were skipped", integrity=report.integrity)
    gate = ALL_FAILED if tests.failed and not tests.passed else None
    detail = f"{tests.passed} of {tests.expected} tests passed"
    if report.out_of_time and not tests.failed:
        detail += " before time ran out; give `timeout_s` more seconds"
        return Finding(score=None, detail=detail, tests=tests, integrity=report.integrity)
    lacking = sorted({row.environment for row in report.rows if row.environment})
    if lacking:
        detail += f"; {', '.join(lacking)}"
    elif report.ended and not tests.failed:
        return _own(report, report.ended.message)
    elif tests.errors and not tests.failed:
        detail += f", but {report.doubt}" if report.doubt else f", {tests.errors} could not be run or never ran"
    return Finding(
        score=tests.passed / tests.expected,
        detail=detail,
        gate=gate,
        tests=tests,
        integrity=report.integrity,
        environment_fault=bool(lacking) and not tests.failed,
    )


def count(report: RunReport) -> TestCounts:
    """Return counts and the first failures; a promised test that is doubted, or never heard of, is an error."""
    tally = _Tally()
    for row in report.rows:
        if row.outcome == "passed":
            tally.passed += 1
        elif row.outcome != "skipped":
            failed = row.outcome == "failed"
            tally.failed, tally.errors = tally.failed + failed, tally.errors + (not failed)
            tally.failures.append(TestFailure(name=row.name[:200], message=shorten(row.message)))
    heard = {row.name.partition("[")[0] for row in report.rows}
    silent = [name for name in report.promised if name not in heard]
    tally.errors += len(silent)
    skipped = sum(row.outcome == "skipped" for row in report.rows)
    doubted = report.doubt is not None and tally.passed > 0
    return TestCounts(
        passed=tally.passed - doubted,
        failed=tally.failed,
        errors=tally.errors + doubted,
        expected=max(len(report.rows) + len(silent) - skipped, 0),
        failures=tuple(tally.failures[:MAX_FAILURES]),
    )


def shorten(message: str) -> str:
    """Return a message of at most about 300 characters, on as few lines as it has."""
    message = message.strip()
    return message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…"


@dataclass(slots=True)
class _Tally:
    passed: int = 0
    failed: int = 0
    errors: int = 0
    failures: list[TestFailure] = field(default_factory=list)


def _own(report: RunReport, detail: str) -> Finding:
    """Return the finding of a run that the solution itself kept from an honest end."""
    counts = count(report)
    expected = max(len(report.promised), 1)
    failures = counts.failures or (TestFailure(name="run", message=shorten(detail)),)
    failed = TestCounts(failed=expected, expected=expected, failures=failures)
    return Finding(score=0.0, detail=shorten(detail), gate=ALL_FAILED, tests=failed, integrity=report.integrity)


def _broken(report: RunReport, broken: Broken) -> Finding:
    if broken.environment:
        told = broken.message if broken.environment in broken.message else f"{broken.environment} ({broken.message})"
        detail = shorten(told)
        return Finding(score=None, detail=detail, environment_fault=True, integrity=report.integrity)
    if broken.solution_s:
        what = "the solution" if broken is report.import_broken else "its tests, for want of something in the solution,"
        return _own(report, f"{what} could not be loaded: {broken.message}")
    return Finding(score=None, detail=shorten(f"the tests themselves fail to load: {broken.message}"))
