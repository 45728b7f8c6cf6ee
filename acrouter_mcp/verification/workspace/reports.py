"""Reading test results from JUnit reports, and from what pytest, unittest, TAP producers and others print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from junitparser import Element, Error, Failure, JUnitXml, JUnitXmlError, Skipped, TestCase, TestSuite
from tap.line import Result as TapResult
from tap.parser import Parser

from acrouter_mcp.types import TestCounts, TestFailure
from acrouter_mcp.verification.judging import MAX_FAILURES, shorten
from acrouter_mcp.verification.workspace import told

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PYTEST = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+|no tests ran) in [\d.]+s\b.*$", re.MULTILINE)
_PART = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
_FAILED_LINE = re.compile(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", re.MULTILINE)
_UNITTEST = re.compile(r"^Ran (\d+) tests? in [\d.]+s\s+^(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$", re.MULTILINE)
_UNITTEST_PART = re.compile(r"(failures|errors|skipped|unexpected successes)=(\d+)")
_UNITTEST_HEAD = re.compile(r"\s*(?:FAIL|ERROR): (\S+)")
_TAP = re.compile(r"^(?:TAP version \d+|1\.\.\d+|(?:not )?ok \d+\b.*)$", re.MULTILINE)
_NODE = re.compile(r"^[#ℹ] (tests|pass|fail|cancelled) (\d+)$", re.MULTILINE)
_GO = re.compile(
    r"^[ \t]*--- (PASS|FAIL): (\S+) \(|^(ok|FAIL)[ \t]+(\S+)[ \t]+(?:[\d.]+s|\(cached\)|\[build failed\])",
    re.MULTILINE,
)
_CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed;", re.MULTILINE)
_JEST = re.compile(r"^[ \t]*Tests:?[ \t]+(\d+ \w+(?:(?:, | \| )\d+ \w+)*)", re.MULTILINE)
_JEST_PART = re.compile(r"(\d+) (passed|failed)")
_MOCHA = re.compile(r"^[ \t]+(\d+) (passing|failing)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a test command reported: counts with the first failures, and the names of all that failed."""

    counts: TestCounts
    failed: frozenset[str]


def read_results(output: str, junit: Sequence[str] = ()) -> Results | None:
    """Return what JUnit reports say, else the last summary in `output`; None if there is none that is known."""
    plain = _COLOUR.sub("", output)
    return _junit(junit) or next((found for read in _READERS if (found := read(plain))), None)


def _results(passed: int, failed: int, failures: Iterable[TestFailure], errors: int = 0) -> Results:
    listed = list(failures)
    counts = TestCounts(
        passed=passed,
        failed=failed,
        errors=errors,
        expected=passed + failed + errors,
        failures=tuple(listed[:MAX_FAILURES]),
    )
    return Results(counts=counts, failed=frozenset(failure.name for failure in listed))


def _named(names: Iterable[str]) -> list[TestFailure]:
    return [TestFailure(name=name.strip()[:200], message="failed") for name in dict.fromkeys(names)]


def _junit(reports: Sequence[str]) -> Results | None:
    cases: list[TestCase] = []
    for text in reports:
        try:
            root = JUnitXml.fromstring(text.encode("utf-8"))
        except (JUnitXmlError, SyntaxError, ValueError, TypeError):
            continue
        cases += _cases(root)
    if not cases:
        return None
    passed = failed = errors = 0
    failures: list[TestFailure] = []
    for case in cases:
        marks = case.result or []
        broken = next((mark for mark in marks if isinstance(mark, (Failure, Error))), None)
        if broken is not None:
            failed, errors = failed + isinstance(broken, Failure), errors + isinstance(broken, Error)
            said = broken.message or broken.text or "failed"
            failures.append(TestFailure(name=_case_name(case), message=shorten(said)))
        elif not any(isinstance(mark, Skipped) for mark in marks):
            passed += 1
    return _results(passed, failed, failures, errors)


def _cases(element: Element) -> list[TestCase]:
    """Return the cases of a report, whose root may be one suite or several, with suites in them."""
    suites = element.iterchildren(TestSuite)  # type: ignore[no-untyped-call]
    own = element.iterchildren(TestCase)  # type: ignore[no-untyped-call]
    return [*own, *(case for suite in suites for case in _cases(suite))]


def _case_name(case: TestCase) -> str:
    return "::".join(part for part in (case.classname, case.name) if part)[:200] or "test"


def _pytest(output: str) -> Results | None:
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
    return _results(found["passed"], found["failed"], failures, found["error"])


def _unittest(output: str) -> Results | None:
    summaries = list(_UNITTEST.finditer(output))
    if not summaries:
        return None
    last = summaries[-1]
    parts = {name: int(number) for name, number in _UNITTEST_PART.findall(last[3] or "")}
    failed = parts.get("failures", 0) + parts.get("unexpected successes", 0)
    errors, skipped = parts.get("errors", 0), parts.get("skipped", 0)
    ran = int(last[1]) - skipped
    return _results(ran - failed - errors, failed + errors, _unittest_failures(output))


def _unittest_failures(output: str) -> list[TestFailure]:
    """Return the failures that unittest lists, each a section between lines of `=` with its error on the last line."""
    failures: list[TestFailure] = []
    for section in output.split("\n" + "=" * 70)[1:]:
        head = _UNITTEST_HEAD.match(section)
        body = section.partition("\nRan ")[0].rstrip("-\n ").splitlines()
        if head:
            failures.append(TestFailure(name=head[1], message=shorten(body[-1])))
    return failures


def _node(output: str) -> Results | None:
    found = {word: int(number) for word, number in _NODE.findall(output)}
    if "tests" not in found:
        return None
    failed = found.get("fail", 0) + found.get("cancelled", 0)
    return _results(found.get("pass", 0), failed, told.node(output) if failed else [])


def _tap(output: str) -> Results | None:
    if len(_TAP.findall(output)) < 2:
        return None
    results = [line for line in Parser().parse_text(output) if isinstance(line, TapResult)]
    counted = [line for line in results if not (line.skip or line.todo)]
    bad = [line.description.lstrip("- ") or f"test {line.number}" for line in counted if not line.ok]
    return _results(len(counted) - len(bad), len(bad), _named(bad)) if results else None


def _cargo(output: str) -> Results | None:
    sums = [(int(passed), int(failed)) for passed, failed in _CARGO.findall(output)]
    if not sums:
        return None
    return _results(sum(p for p, _ in sums), sum(f for _, f in sums), told.cargo(output))


def _go(output: str) -> Results | None:
    tests: dict[str, bool] = {}
    packages: dict[str, bool] = {}
    for said, test, state, package in _GO.findall(output):
        if test:
            tests[test] = said == "PASS"
        else:
            packages[package] = state == "ok"
    if not packages:
        return None
    groups = {name.rpartition("/")[0] for name in tests}
    tests = {name: good for name, good in tests.items() if name not in groups}
    counted = tests or packages
    bad = [name for name, good in counted.items() if not good]
    bad += [name for name, good in packages.items() if not (good or bad)]
    failures = told.go(output) or _named(bad)
    return _results(sum(counted.values()), len(bad), failures)


def _jest(output: str) -> Results | None:
    summaries = _JEST.findall(output)
    found = {word: int(number) for number, word in _JEST_PART.findall(summaries[-1])} if summaries else {}
    if not found:
        return None
    return _results(found.get("passed", 0), found.get("failed", 0), told.jest(output) or told.vitest(output))


def _mocha(output: str) -> Results | None:
    found = {word: int(number) for number, word in _MOCHA.findall(output)}
    if "passing" not in found:
        return None
    return _results(found["passing"], found.get("failing", 0), told.mocha(output.partition(" passing")[2]))


_READERS: tuple[Callable[[str], Results | None], ...] = (_pytest, _unittest, _node, _tap, _cargo, _go, _jest, _mocha)
