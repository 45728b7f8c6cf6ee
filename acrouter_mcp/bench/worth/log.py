"""The log: what the memory knows of decisions whose outcome is known, as arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acrouter_mcp.bench.stream import Flags, Floats, Picks
from acrouter_mcp.memory.history import Past
from acrouter_mcp.routing import split_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """First tries with a known outcome; arrays have shape (n,) or (n, arms)."""

    arms: tuple[str, ...]
    past: tuple[Past, ...]
    routed: Flags
    """The router was asked: these are what is evaluated. The others only teach the model of outcomes."""
    offered: Flags
    propensity: Floats
    """Probability of each arm to be taken; NaN rows where somebody else chose than the router, or nobody knows."""
    used: Picks
    quality: Floats
    weight: Floats
    """Strength of the evidence, in (0, 1]."""
    cost: Floats
    """USD as told, else as expected of the arm that was used; NaN where neither is known."""
    cost_told: Flags
    expected: Floats
    """Expected USD of every arm when it was decided; NaN where unknown."""
    prior: Floats
    """Prior mean quality; NaN for who wasn't offered."""

    def __len__(self) -> int:
        return len(self.past)

    def reference_cost(self) -> Floats:
        """Return the first cost that was expected of each arm in each row's dimension, (n, arms); NaN without any.

        What was expected later follows what was seen, so costs over it say nothing of the model.
        """
        found = np.full(self.expected.shape, np.nan)
        dimensions = np.array([one.dimension.value for one in self.past])
        for name in set(dimensions):
            rows = np.flatnonzero(dimensions == name)
            costs = np.where(self.expected[rows] > 0, self.expected[rows], np.nan)
            heard = ~np.isnan(costs)
            first = costs[heard.argmax(axis=0), np.arange(len(self.arms))]
            found[rows] = np.where(heard.any(axis=0), first, np.nan)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What of the memory is not evaluated."""

    unknown: int
    """First tries that the router was asked for, and whose outcome is unknown."""
    retries: int
    """Decisions that retry another: their cost is a consequence of the first try."""
    retries_usd: float
    """What they cost, as far as is known."""
    unasked: int
    """Work that the router was not asked about."""


def log_of(decisions: Sequence[Past]) -> tuple[Log, Left]:
    """Return the first tries with a known outcome, and what was left out."""
    first = [one for one in decisions if one.parent is None and split_kind(one.kind)[1] == 0]
    retries = [one for one in decisions if not (one.parent is None and split_kind(one.kind)[1] == 0)]
    closed = tuple(one for one in first if one.lesson is not None)
    left = Left(
        unknown=sum(bool(one.propensities) and one.lesson is None for one in first),
        retries=len(retries),
        retries_usd=math.fsum(cost for one in retries if not math.isnan(cost := _cost(one))),
        unasked=sum(not one.propensities for one in first),
    )
    arms = tuple(sorted({arm for one in closed for arm in (one.used, *one.propensities)}))
    column = {arm: at for at, arm in enumerate(arms)}
    table = np.full((3, len(closed), len(arms)), np.nan)
    propensity, prior, expected = table
    for row, one in enumerate(closed):
        for values, target in ((one.priors, prior), (one.expected_costs, expected)):
            for arm, value in values.items():
                if arm in column:
                    target[row, column[arm]] = math.nan if value is None else value
        if one.propensities and one.used == one.recommended:
            propensity[row] = [one.propensities.get(arm, 0.0) for arm in arms]
        used = column[one.used]
        if math.isnan(prior[row, used]) and one.lesson is not None:
            prior[row, used] = one.lesson.prior_mean
    lessons = [one.lesson for one in closed if one.lesson is not None]
    return Log(
        arms=arms,
        past=closed,
        routed=np.array([bool(one.propensities) for one in closed], dtype=bool),
        offered=np.array([[arm in one.propensities for arm in arms] for one in closed], dtype=bool).reshape(
            len(closed), len(arms)
        ),
        propensity=propensity,
        used=np.array([column[one.used] for one in closed], dtype=np.intp),
        quality=np.array([lesson.quality or 0.0 for lesson in lessons]),
        weight=np.array([lesson.weight for lesson in lessons]),
        cost=np.array([_cost(one) for one in closed]),
        cost_told=np.array([lesson.cost_usd is not None for lesson in lessons], dtype=bool),
        expected=expected,
        prior=prior,
    ), left


def _cost(one: Past) -> float:
    told = one.lesson.cost_usd if one.lesson else None
    cost = one.expected_costs.get(one.used) if told is None else told
    return math.nan if cost is None else cost
