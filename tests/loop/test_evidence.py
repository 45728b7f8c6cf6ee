"""The table of evidence: who is believed how far."""

import pytest

from acrouter_mcp import types
from acrouter_mcp.loop.evidence import weight_of_report, weight_of_verdict


@pytest.mark.parametrize(
    ("source", "claimed", "weight"),
    [
        ("user", False, 1.0),
        ("ci", False, 0.9),
        ("agent", False, 0.3),
        ("user", True, 0.6),
        ("ci", True, 0.6),
        ("agent", True, 0.3),
    ],
)
def test_a_claim_counts_less_than_the_word_itself(source: types.Source, claimed: bool, weight: float) -> None:
    assert weight_of_report(source, claimed=claimed) == weight


@pytest.mark.parametrize(
    ("integrity", "confidence", "weight"),
    [("split", 0.97, 0.97), ("in-process", 0.97, 0.9), ("in-process", 0.5, 0.5), ("none", 0.97, 0.3)],
)
def test_a_verdict_is_believed_as_far_as_it_cannot_be_forged(
    integrity: types.Integrity, confidence: float, weight: float
) -> None:
    verdict = types.Verdict(
        verdict="pass",
        score=1,
        confidence=confidence,
        signals=(),
        tests=types.TestCounts(),
        isolation="bwrap",
        integrity=integrity,
        duration_ms=1,
        reason="",
    )
    assert weight_of_verdict(verdict) == weight
