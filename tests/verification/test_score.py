"""The laws of aggregation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp import types
from acrouter_mcp.verification import Finding
from acrouter_mcp.verification.score import judge

SHARES = st.floats(0, 1)
COUNTS = st.builds(
    lambda p, f, e: types.TestCounts(passed=p, failed=f, errors=e, expected=p + f + e),
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 9),
)  # fmt: skip
FINDINGS = st.builds(
    Finding,
    score=st.none() | SHARES,
    detail=st.just(""),
    gate=st.none() | SHARES,
    tests=st.none() | COUNTS,
    integrity=st.sampled_from(["none", "in-process", "split"]),
    environment_fault=st.booleans(),
)
NAMES = ("ast", "lint", "rules", "execution", "tests", "prompt_tests", "other")
SETS = st.dictionaries(st.sampled_from(NAMES), FINDINGS)


@given(SETS)
def test_everything_is_in_range_and_a_gate_is_a_ceiling(findings: dict[str, Finding]) -> None:
    result = judge(findings)
    assert 0 <= result.score <= 1
    assert 0 <= result.confidence <= (0.97 if result.integrity.startswith("split") else 0.9)
    for finding in findings.values():
        if finding.gate is not None:
            assert result.score <= finding.gate + 1e-4
            assert result.verdict == "fail"


@given(SETS)
def test_a_pass_needs_an_executed_test_and_nothing_against_it(findings: dict[str, Finding]) -> None:
    result = judge(findings)
    if result.verdict == "pass":
        assert result.tests.passed >= 1
        assert result.tests.failed == result.tests.errors == 0
        assert result.score >= 0.8
        assert not result.environment_fault
        assert not any(f.environment_fault for f in findings.values())


@given(SETS)
def test_what_has_nothing_to_say_changes_nothing(findings: dict[str, Finding]) -> None:
    silent = Finding(score=None, detail="")
    assert judge(findings | {"silent": silent}).score == judge(findings).score


@given(SETS, st.sampled_from(NAMES), SHARES)
def test_a_better_signal_never_lowers_the_score(findings: dict[str, Finding], name: str, better: float) -> None:
    known = findings.get(name)
    if known is None or known.score is None or known.score > better:
        return
    improved = findings | {name: replace(known, score=better)}
    assert judge(improved).score >= judge(findings).score - 1e-4


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ({"tests": 1.0, "prompt_tests": 0.0, "ast": 1.0, "lint": 1.0, "rules": 1.0}, 0.84),
        ({"tests": 0.5, "ast": 1.0, "lint": 1.0, "rules": 1.0}, (0.5 * 0.78 + 0.06) / 0.84),
        ({"prompt_tests": 0.0, "ast": 1.0, "lint": 1.0, "rules": 1.0}, 0.15),
        ({"ast": 1.0, "lint": 0.0, "rules": 1.0}, 0.5 / 0.7),
        ({}, 0.0),
    ],
)
def test_weights(scores: dict[str, float], score: float) -> None:
    findings = {name: Finding(score=value, detail="") for name, value in scores.items()}
    assert judge(findings).score == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize("bad", [{"score": -0.1}, {"score": float("nan")}, {"score": 1, "gate": 2}])
def test_senseless_numbers_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="outside"):
        Finding(**{"score": None, "detail": "", **bad})
