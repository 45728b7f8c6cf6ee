"""Reading test counts from what pytest and unittest print."""

from __future__ import annotations

import re

from acrouter_mcp.types import TestCounts, TestFailure
from acrouter_mcp.verification.judging import MAX_FAILURES, shorten

_PYTEST = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+|no tests ran) in [\d.]+s\b.*$", re.MULTILINE)
_PART = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
_FAILED_LINE = re.compile(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", re.MULTILINE)
_UNITTEST = re.compile(r"^Ran (\d+) tests? in [\d.]+s\s+^(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$", re.MULTILINE)
_UNITTEST_PART = re.compile(r"(failures|errors|skipped|unexpected successes)=(\d+)")
_UNITTEST_HEAD = re.compile(r"\s*(?:FAIL|ERROR): (\S+)")


def read_counts(output: str) -> TestCounts | None:
    """Return the counts that the last summary in `output` gives, or None if there is none that is known."""
    return _pytest(output) or _unittest(output)


def _pytest(output: str) -> TestCounts | None:
    summaries = list(_PYTEST.finditer(output))
    if not summaries:
        return None
    found = {"passed": 0, "failed": 0, "error": 0}
    for number, word in _PART.findall(summaries[-1][1]):
        word = {"errors": "error", "xpassed": "passed"}.get(word, word)
        if word in found:
            found[word] += int(number)
    failures = [
        TestFailure(name=name, message=shorten(text or "failed")) for name, text in _FAILED_LINE.findall(output)
    ]
    return TestCounts(
        passed=found["passed"],
        failed=found["failed"],
        errors=found["error"],
        expected=sum(found.values()),
        failures=tuple(failures[:MAX_FAILURES]),
    )


def _unittest(output: str) -> TestCounts | None:
    summaries = list(_UNITTEST.finditer(output))
    if not summaries:
        return None
    last = summaries[-1]
    parts = {name: int(number) for name, number in _UNITTEST_PART.findall(last[3] or "")}
    failed = parts.get("failures", 0) + parts.get("unexpected successes", 0)
    errors, skipped = parts.get("errors", 0), parts.get("skipped", 0)
    ran = int(last[1]) - skipped
    return TestCounts(
        passed=ran - failed - errors,
        failed=failed + errors,
        errors=0,
        expected=ran,
        failures=tuple(_unittest_failures(output)[:MAX_FAILURES]),
    )


def _unittest_failures(output: str) -> list[TestFailure]:
    """Return the failures that unittest lists, each a section between lines of `=` with its error on the last line."""
    failures: list[TestFailure] = []
    for section in output.split("\n" + "=" * 70)[1:]:
        head = _UNITTEST_HEAD.match(section)
        body = section.partition("\nRan ")[0].rstrip("-\n ").splitlines()
        if head:
            failures.append(TestFailure(name=head[1], message=shorten(body[-1])))
    return failures
