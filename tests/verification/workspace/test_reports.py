"""Results out of what test runners print, and out of JUnit reports."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification.workspace.reports import read_results


@pytest.mark.parametrize(
    ("output", "passed", "failed", "errors"),
    [
        ("3 passed in 0.05s", 3, 0, 0),
        ("==== 1 failed, 2 passed, 1 skipped in 1.20s ====", 2, 1, 0),
        ("2 passed, 1 warning in 0.01s", 2, 0, 0),
        ("1 error in 0.10s", 0, 0, 1),
        ("==== 2 failed, 3 errors in 61.20s (0:01:01) ====", 0, 2, 3),
        ("1 passed in 0.01s\nnoise\n2 passed in 0.01s", 2, 0, 0),
        ("no tests ran in 0.01s", 0, 0, 0),
        ("Ran 4 tests in 0.001s\n\nOK\n", 4, 0, 0),
        ("Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=2, skipped=1)\n", 1, 3, 0),
        ("Ran 1 test in 0.001s\n\nOK (skipped=1)\n", 0, 0, 0),
        ("\x1b[32m\x1b[1m3 passed\x1b[0m\x1b[32m in 0.05s\x1b[0m", 3, 0, 0),
        ("TAP version 13\nok 1 - adds\nnot ok 2 - subtracts\nok 3 - later # SKIP\n1..3\n", 1, 1, 0),
        ("✖ subtracts (1.2ms)\nℹ tests 2\nℹ pass 1\nℹ fail 1\n", 1, 1, 0),
        ("TAP version 13\nnot ok 1 - b\n1..1\n# tests 1\n# pass 0\n# fail 1\n", 0, 1, 0),
        ("test a::b ... FAILED\ntest result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured\n", 3, 1, 0),
        ("--- FAIL: TestB (0.00s)\nFAIL\nFAIL\texample/b\t0.01s\nok  \texample/c\t0.01s\n", 0, 1, 0),
        ("ok  \texample/b\t(cached)\n?   \texample/c\t[no test files]\n", 1, 0, 0),
        ("  ● sums › adds\n\nTests:       1 failed, 2 passed, 3 total\n", 2, 1, 0),
        (" Test Files  1 passed (1)\n      Tests  2 passed (2)\n", 2, 0, 0),
        ("  2 passing (5ms)\n  1 failing\n\n  1) sums adds:\n", 2, 1, 0),
    ],
)
def test_summaries(output: str, passed: int, failed: int, errors: int) -> None:
    results = read_results(output)
    assert results is not None
    counts = results.counts
    assert (counts.passed, counts.failed, counts.errors) == (passed, failed, errors)
    assert counts.expected == passed + failed + errors


@pytest.mark.parametrize("output", ["", "all good", "12 passengers in 3 cars", "passed in 1s"])
def test_no_summary(output: str) -> None:
    assert read_results(output) is None


def test_failures_have_names_and_messages() -> None:
    output = "FAILED tests/test_a.py::test_b - assert 1 == 2\nERROR tests/test_c.py\n1 failed, 1 error in 0.1s"
    results = read_results(output)
    assert results is not None
    counts = results.counts
    assert [(f.name, f.message) for f in counts.failures] == [
        ("tests/test_a.py::test_b", "assert 1 == 2"), ("tests/test_c.py", "failed"),
    ]  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["FAIL: " * 40_000, "=" * 250_000, "1 a, " * 50_000, "\n" * 250_000, "python" * 40_000]
)
def test_hostile_output_takes_no_time_to_speak_of(text: str) -> None:
    assert read_results(text) is None


JUNIT = """<?xml version="1.0"?><testsuites><testsuite name="a"><testcase classname="T" name="one"/>
<testcase classname="T" name="two"><failure message="2 != 3">long</failure></testcase>
<testcase classname="T" name="three"><error message="boom"/></testcase>
<testcase classname="T" name="four"><skipped/></testcase></testsuite></testsuites>"""


def test_a_junit_report_is_believed_before_the_output() -> None:
    results = read_results("9 passed in 1s", [JUNIT, "<html/>", "not xml"])
    assert results is not None
    counts = results.counts
    assert (counts.passed, counts.failed, counts.errors, counts.expected) == (1, 1, 1, 3)
    assert [(one.name, one.message) for one in counts.failures] == [("T::two", "2 != 3"), ("T::three", "boom")]
    assert results.failed == {"T::two", "T::three"}


@pytest.mark.timeout(20)
def test_entities_in_a_report_do_not_multiply() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE t [<!ENTITY a0 "ha">{entities}]><testsuite><testcase name="&a11;"/></testsuite>'
    assert read_results("", [bomb]) is None


@pytest.mark.parametrize(
    ("output", "name", "says"),
    [
        ("  ● sums › adds\n\n    Expected: 3\n    Received: 2\n\n      at f (a.test.js:2:3)\n\n"
         "Tests: 1 failed, 1 total\n",
         "sums › adds", "Expected: 3\nReceived: 2\n(a.test.js:2)"),
        ("  0 passing (5ms)\n  1 failing\n\n  1) sums\n       adds:\n     Error: 2 !== 3\n",
         "sums adds", "Error: 2 !== 3"),
        ("=== RUN   TestA/b\n    a_test.go:9: got 2\n--- FAIL: TestA (0.0s)\n"
         "    --- FAIL: TestA/b (0.0s)\nFAIL\tx\t0.1s\n",
         "TestA/b", "a_test.go:9: got 2"),
    ],
)  # fmt: skip
def test_a_failure_says_what_was_expected_and_where(output: str, name: str, says: str) -> None:
    results = read_results(output)
    assert results is not None
    assert [(one.name, one.message) for one in results.counts.failures] == [(name, says)]
