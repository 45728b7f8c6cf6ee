"""Counts out of what test runners print."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification.counts import read_counts


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
    ],
)
def test_summaries(output: str, passed: int, failed: int, errors: int) -> None:
    counts = read_counts(output)
    assert counts is not None
    assert (counts.passed, counts.failed, counts.errors) == (passed, failed, errors)
    assert counts.expected == passed + failed + errors


@pytest.mark.parametrize("output", ["", "all good", "12 passengers in 3 cars", "passed in 1s"])
def test_no_summary(output: str) -> None:
    assert read_counts(output) is None


def test_failures_have_names_and_messages() -> None:
    output = "FAILED tests/test_a.py::test_b - assert 1 == 2\nERROR tests/test_c.py\n1 failed, 1 error in 0.1s"
    counts = read_counts(output)
    assert counts is not None
    assert [(f.name, f.message) for f in counts.failures] == [
        ("tests/test_a.py::test_b", "assert 1 == 2"), ("tests/test_c.py", "failed"),
    ]  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["FAIL: " * 40_000, "=" * 250_000, "1 a, " * 50_000, "\n" * 250_000, "python" * 40_000]
)
def test_hostile_output_takes_no_time_to_speak_of(text: str) -> None:
    assert read_counts(text) is None
