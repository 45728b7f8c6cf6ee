"""Decisions: which candidate a policy takes when the mean qualities are given.

thrifty   the cheapest whose quality is within delta of the best
balanced  quality - lambda * cost
best      quality
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acrouter_mcp.routing.cells import Floats
from acrouter_mcp.routing.request import RoutingRequest
from acrouter_mcp.types import Candidate

Mask = NDArray[np.bool_]

TIE = 0.0001
"""Utility within which `balanced` and `best` see a tie, which the incumbent wins, then the cheaper."""
ADEQUATE = 0.1
"""Quality below the best up to which a model is adequate when the budget is used up."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy applied to one list of candidates; arrays have one entry per candidate."""

    allowed: Mask
    penalty: Floats
    """What the costs take from the quality."""
    tolerance: float
    """Utility below the best within which `standing` decides."""
    standing: Floats
    """Preference among candidates within the tolerance; steps of at least .5."""
    explore_within: float
    cap_unmet: bool
    exhausted: bool

    def merits(self, quality: Floats) -> Floats:
        """Return numbers whose order is the policy's, for `quality` of shape (..., candidates)."""
        utility = np.where(self.allowed, quality - self.penalty, -np.inf)
        inside = utility >= utility.max(axis=-1, keepdims=True) - self.tolerance
        near = self.standing + 0.4 * np.clip((quality + 1.0) / 3.0, 0.0, 1.0)
        return np.where(inside, 10.0 + near, utility)

    def explorable(self, quality: Floats) -> Mask:
        """Return which candidates are near enough to the best to be tried for what they may teach."""
        utility = np.where(self.allowed, quality - self.penalty, -np.inf)
        near: Mask = utility >= utility.max() - self.explore_within
        return near


def terms(request: RoutingRequest, candidates: Sequence[Candidate]) -> Terms:
    """Return the request's policy for `candidates`; an unknown cost ranks as the dearest known one."""
    known = [_known(candidate.cost_usd) for candidate in candidates]
    dearest = max((cost for cost in known if cost is not None), default=0.0)
    costs = np.array([dearest if cost is None else cost for cost in known])
    incumbent = np.array([candidate.arm == request.incumbent for candidate in candidates])
    left, exhausted = _left(request, candidates)
    allowed, cap_unmet = _within_cap(request.max_cost_usd, known, costs, left)
    rank = np.unique(costs, return_inverse=True)[1].astype(float)
    thrifty = request.policy == "thrifty" or request.cheapest_only
    if thrifty:
        tolerance = max(request.delta, ADEQUATE) if request.cheapest_only else request.delta
        standing = len(candidates) - rank + 0.5 * incumbent
    else:
        tolerance = TIE
        standing = len(candidates) - rank + len(candidates) * incumbent
    balanced = request.policy == "balanced" and not thrifty
    penalty = request.cost_weight * costs if balanced else np.zeros(len(costs))
    return Terms(allowed, penalty, tolerance, standing, request.delta, cap_unmet, exhausted)


def _known(cost: float | None) -> float | None:
    return cost if cost is not None and math.isfinite(cost) else None


def _left(request: RoutingRequest, candidates: Sequence[Candidate]) -> tuple[Mask, bool]:
    left = np.array([candidate.arm not in request.excluded for candidate in candidates])
    return (left, False) if left.any() else (np.ones_like(left), True)


def _within_cap(cap: float | None, known: Sequence[float | None], costs: Floats, left: Mask) -> tuple[Mask, bool]:
    """Return who may be chosen under the cap, and whether nobody meets it: then it is the cheapest."""
    if cap is None:
        return left, False
    meets = left & np.array([cost is not None and cost <= cap for cost in known])
    if meets.any():
        return meets, False
    priced = left & np.array([cost is not None for cost in known])
    pool = priced if priced.any() else left
    cheapest: Mask = pool & (costs == costs[pool].min())
    return cheapest, True
