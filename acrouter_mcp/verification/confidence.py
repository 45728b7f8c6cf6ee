"""How far a verdict is to be believed: the probability that it is right, fitted on labelled solutions.

`calibration.json` is written by `python benchmarks/verification.py --calibrate` on one half of the labelled sets; the
other half is reported in docs/verification.md. Not fitted are the ceilings: nobody can measure how often foreign tests
are wrong, or how often a solution lies in wait for its judge.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from acrouter_mcp.types import Integrity, TestCounts, VerdictWord

Basis = Literal["tests", "suite", "prompt_tests", "prose", "static"]
"""The evidence that a verdict rests on."""
CEILINGS: Mapping[Integrity, float] = {"none": 0.9, "in-process": 0.9, "split+opaque": 0.93, "split": 0.97}
"""What shares a process with its judges could have forged its verdict."""
UNSURE = 0.25
"""Of an `unsure` it is the score that is believed, and no more than this."""
BLAMED = 0.1


class Curve(BaseModel):
    """log-odds that a verdict is right: `base` + `per_doubling` * log2(tests)."""

    model_config = ConfigDict(frozen=True)
    base: float
    per_doubling: float = 0.0

    def at(self, tests: int) -> float:
        """Return the probability with so many tests, at least 1."""
        return 1 / (1 + math.exp(-(self.base + self.per_doubling * math.log2(max(tests, 1)))))


class Calibration(BaseModel):
    """The fitted curves, by what the verdict rests on."""

    model_config = ConfigDict(frozen=True)
    passed: Mapping[Basis, Curve]
    """Over the number of tests that passed."""
    failed: Mapping[Basis, Curve]
    """Over the number of tests that failed."""


@cache
def calibration() -> Calibration:
    """Return the curves that were fitted."""
    text = files("acrouter_mcp.verification").joinpath("calibration.json").read_text(encoding="utf-8")
    return Calibration.model_validate(json.loads(text))


def confidence(verdict: VerdictWord, basis: Basis, tests: TestCounts, integrity: Integrity, *, blamed: bool) -> float:
    """Return the probability that a pass or fail is right; of an `unsure`, how far its score is to be believed."""
    if blamed:
        return BLAMED
    if verdict == "unsure":
        return UNSURE
    curves = calibration().passed if verdict == "pass" else calibration().failed
    curve = curves.get(basis, curves["static"])
    count = tests.passed if verdict == "pass" else tests.failed
    return round(min(CEILINGS[integrity], curve.at(count)), 4)
