"""From findings to one score, one word and a confidence (equation 8 of the ACRouter paper: a weighted sum with gates).

The paper doesn't publish its weights. Ours were chosen on one half of the labelled solutions of
`benchmarks/verification.py`, which compares them with others: static signals say next to nothing once something ran.
A signal that has nothing to say leaves the sum, and the rest renormalise: it isn't filled in with a half, as the
paper's released code does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from acrouter_mcp.types import Integrity, SignalResult, TestCounts, VerdictWord
from acrouter_mcp.verification.confidence import Basis, confidence
from acrouter_mcp.verification.protocol import Finding

PASS = 0.8
"""Least score of a pass."""
_OTHER = 0.05
_TABLE: Mapping[Basis, Mapping[str, float]] = {
    "tests": {"tests": 0.78, "prompt_tests": 0.16, "ast": 0.02, "lint": 0.02, "rules": 0.02, "judge": 0.05},
    "suite": {"suite": 0.85, "ast": 0.05, "lint": 0.05, "rules": 0.05, "judge": 0.05},
    "prompt_tests": {"prompt_tests": 0.85, "ast": 0.05, "lint": 0.05, "rules": 0.05, "judge": 0.05},
    "prose": {"prose": 0.7, "judge": 0.3},
    "static": {"ast": 0.3, "lint": 0.2, "rules": 0.2, "judge": 0.3},
}
"""With executed tests a judge is a tie-break: it moves a score by no more than its twentieth."""
_WEIGHTLESS = frozenset({"execution", *(name for row in _TABLE.values() for name in row)})
_WEAKEST: tuple[Integrity, ...] = ("in-process", "split+opaque", "split")
_EXECUTING: tuple[Basis, ...] = ("tests", "suite", "prompt_tests", "prose")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the findings amount to."""

    verdict: VerdictWord
    score: float
    confidence: float
    signals: tuple[SignalResult, ...]
    tests: TestCounts
    integrity: Integrity
    environment_fault: bool
    basis: Basis
    """Which evidence the verdict rests on."""
    gate: float = 1.0
    """The lowest gate; 1 without one."""

    @property
    def open(self) -> bool:
        """Whether a further opinion could be of use: nothing decides, and nobody is to blame for that."""
        return self.verdict == "unsure" and not self.environment_fault


def weights_of(basis: Basis) -> Mapping[str, float]:
    """Return the weights of the built-in signals where a verdict rests on `basis`."""
    return _TABLE[basis]


def judge(findings: Mapping[str, Finding]) -> Judgement:
    """Return the judgement of findings by verifier name."""
    basis = _basis(findings)
    weights = {name: _weight(name, finding, basis) for name, finding in findings.items()}
    executed = findings.get(basis)
    tests = executed.tests if executed and executed.tests else TestCounts()
    gates = [finding.gate for finding in findings.values() if finding.gate is not None]
    ceilings = [1.0, *(finding.confidence for finding in findings.values() if finding.confidence is not None)]
    score = min([_mean(findings, weights), *gates])
    blamed = any(finding.environment_fault for finding in findings.values()) and not (gates or tests.failed)
    verdict = _word(score, tests, gated=bool(gates), blamed=blamed)
    integrity = _integrity(findings, basis)
    believed = confidence(verdict, basis, tests, integrity, blamed=blamed)
    return Judgement(
        verdict=verdict,
        score=round(score, 4),
        confidence=min(believed, *ceilings),
        signals=tuple(
            SignalResult(name=name, score=f.score, weight=round(weights[name], 4), detail=f.detail)
            for name, f in findings.items()
        ),
        tests=tests,
        integrity=integrity,
        environment_fault=blamed,
        basis=basis,
        gate=min(gates, default=1.0),
    )


def _basis(findings: Mapping[str, Finding]) -> Basis:
    """Return which row of the table holds: that of the best evidence that there is."""
    for name in _EXECUTING:
        finding = findings.get(name)
        if finding and (finding.score is not None or (finding.tests and finding.tests.expected)):
            return name
    return "static"


def _weight(name: str, finding: Finding, basis: Basis) -> float:
    """Return a signal's say: its own word, else the table's; none where it has no score."""
    if finding.score is None:
        return 0.0
    by_table = _TABLE[basis].get(name, 0.0 if name in _WEIGHTLESS else _OTHER)
    return finding.weight if finding.weight is not None else by_table


def _mean(findings: Mapping[str, Finding], weights: Mapping[str, float]) -> float:
    total = math.fsum(weights.values())
    if not total:
        return 0.0
    return math.fsum(weights[name] * (finding.score or 0.0) for name, finding in findings.items()) / total


def _word(score: float, tests: TestCounts, *, gated: bool, blamed: bool) -> VerdictWord:
    """Apply the definitions of pass, fail and unsure."""
    if gated or tests.failed:
        return "fail"
    if blamed or tests.errors or not tests.passed or score < PASS:
        return "unsure"
    return "pass"


def _integrity(findings: Mapping[str, Finding], basis: Basis) -> Integrity:
    """Return that of what the verdict rests on; without tests, the weakest of what was executed."""
    decisive = findings.get(basis)
    if decisive and decisive.integrity != "none":
        return decisive.integrity
    executed = {finding.integrity for finding in findings.values()}
    for integrity in _WEAKEST:
        if integrity in executed:
            return integrity
    return "none"
