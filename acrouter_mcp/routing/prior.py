"""The prior that decisions are made with: a published row, and what the model's standing says beside it."""

from __future__ import annotations

import math
from typing import NamedTuple

from acrouter_mcp.types import Prior

GENERAL_SD = 0.14
"""Spread of true means around the general expectation: with a row's .06 it gets a share of .155. Least squares of the
eight models' means over the published rows gives .10 of the row's distance and .034 logits per ln(USD) (leaving any
dimension out: .03 to .14 and .013 to .049); this share and `catalogue.standing.PRICE` come to .155 and .046."""
_NEAR_0 = 0.01


class ArmPrior(NamedTuple):
    """What is believed of an arm's effect: its mean over the row, and its standard deviation."""

    shift: float
    sd: float


def arm_prior(prior: Prior) -> ArmPrior:
    """Return how far from its row an arm is to be expected, weighing row and general expectation by precision."""
    if prior.general is None:
        return ArmPrior(0.0, prior.sd)
    share = prior.sd**2 / (prior.sd**2 + GENERAL_SD**2)
    odds = (1.0 - share) * _logit(prior.mean) + share * _logit(prior.general)
    return ArmPrior(1.0 / (1.0 + math.exp(-odds)) - prior.mean, prior.sd * math.sqrt(1.0 - share))


def _logit(share: float) -> float:
    inside = min(max(share, _NEAR_0), 1.0 - _NEAR_0)
    return math.log(inside / (1.0 - inside))
