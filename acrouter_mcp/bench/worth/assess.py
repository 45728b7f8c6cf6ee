"""What was decided against an alternative: quality and cost, by every estimator that the log allows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from acrouter_mcp.bench.stream import Flags, Floats
from acrouter_mcp.bench.worth import estimators
from acrouter_mcp.bench.worth.alternatives import PriorOf
from acrouter_mcp.bench.worth.estimators import Estimate
from acrouter_mcp.bench.worth.log import Log
from acrouter_mcp.bench.worth.model import Spread, Surface, surface
from acrouter_mcp.routing.linear import REFERENCE_VARIANCE
from acrouter_mcp.routing.prior import arm_prior
from acrouter_mcp.routing.stages import FIRST
from acrouter_mcp.types import Dimension

Kind = Literal["ips", "snips", "doubly_robust"]
Method = Literal["doubly_robust", "model_based"]

FLOOR = 0.02
"""Least logged probability of an arm that counts as overlap: no weight is over 50. It is known before the arm is
drawn, so leaving out what is below it biases nothing."""
ENOUGH = (0.95, 200.0)
"""Share of decisions with overlap, and effective sample size, from which the weighted estimate is the answer."""
QUALITY = Spread(
    base=0.02,
    dimension=FIRST.base,
    kind=FIRST.kind,
    arm=0.015,
    interaction=FIRST.interaction,
    noise=REFERENCE_VARIANCE,
)
"""The router's own spreads; beside them a model may be better than its priors in all dimensions alike, which errs more
over a sum of dimensions than over one decision."""
AGENTIC_ARM = 1.7
"""Factor on the sd of an agentic prior: a router that decides fares best with .8 (`routing.stages`), but the eight
models' true means lie .2 about what their other rows and prices let expect."""
COST = Spread(base=0.7, dimension=0.3, kind=0.3, arm=1.1, interaction=0.2, noise=0.3)
_FAR = 20.0
"""Logarithm of a factor that says that nothing is known."""
COST_ARM_SD = 0.5
"""Of the logarithm of a cost over the first that was expected of that model in that dimension: of the eight models of
CodeRouterBench one writes a fifth of what another does, in all dimensions alike."""


@dataclass(frozen=True, slots=True)
class Surfaces:
    """The two models of outcomes."""

    quality: Surface
    cost: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was decided less the alternative, as means per decision."""

    n: int
    quality: Estimate
    cost: Estimate | None
    """USD; None where a cost is unknown on both sides of every decision."""
    cost_n: int
    """Decisions with a known cost."""
    cost_fact: float = 0.0
    """USD per decision of the alternative's that are known, since it would have done what was done."""

    def cost_change(self, decided: float, level: float) -> tuple[float, float, float] | None:
        """Return what `decided` USD a decision are over the alternative's, less 1, with the interval of that coverage.

        The error is that of what the alternative would have cost where it is estimated, and taken on the logarithm:
        costs are off by factors. None without costs.
        """
        if self.cost is None or decided - self.cost.value <= 0:
            return None
        other = decided - self.cost.value
        fact = min(self.cost_fact, other)
        half = 0.0
        if self.cost.error > 0:
            half = estimators.student(0.5 + level / 2.0, self.cost.freedom) * self.cost.error / max(other - fact, 1e-12)
        low, middle, high = (
            decided / (fact + (other - fact) * math.exp(shift)) - 1.0
            for shift in (min(half, _FAR), 0.0, -min(half, _FAR))
        )
        return middle, low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One alternative."""

    name: str
    n: int
    """Decisions that it is defined on."""
    quality: float
    """Mean quality of what was decided on these."""
    cost: float | None
    """Mean USD of the same, over the decisions whose cost is known on both sides."""
    method: Method
    estimate: Comparison
    overlap_rows: Flags
    """Rows of the log in which the alternative's arm could have been taken with a probability of at least `FLOOR`."""
    effective: float
    """Effective sample size there."""
    weighted: Mapping[str, Comparison]
    """`ips`, `snips`, `doubly_robust`, on the overlap alone; empty without any."""
    model_based: Comparison

    weighted_cost: float | None
    """Mean USD of what was decided on the overlap."""

    @property
    def other_cost(self) -> float | None:
        """Return what the alternative is estimated to cost per decision, USD."""
        return None if self.cost is None or self.estimate.cost is None else self.cost - self.estimate.cost.value

    @property
    def overlap(self) -> int:
        """Return the number of these rows."""
        return int(self.overlap_rows.sum())


def fit(log: Log, prior_of: PriorOf) -> Surfaces:
    """Fit both models of outcomes to all of the log."""
    names = sorted({one.dimension for one in log.past})
    priors = [[arm_prior(prior_of(arm, dimension)) for arm in log.arms] for dimension in names]
    agentic = [dimension is Dimension.AGENTIC_PROGRAMMING for dimension in names]
    factor = np.where(agentic, AGENTIC_ARM, FIRST.arm)[:, None]
    ones = np.ones((len(log), len(log.arms)))
    each = np.ones((len(names), len(log.arms)))
    quality = surface(
        log,
        log.quality,
        np.isfinite(log.quality),
        offset=log.prior,
        scale=ones,
        spread=QUALITY,
        arm_mean=np.array([[one.shift for one in row] for row in priors]),
        arm_sd=np.array([[one.sd for one in row] for row in priors]) * factor,
    )
    cost = surface(
        log,
        log.cost,
        log.cost_told,
        offset=0.0 * ones,
        scale=log.reference_cost(),
        spread=COST,
        arm_mean=0.0 * each,
        arm_sd=COST_ARM_SD * each,
        logarithmic=True,
    )
    return Surfaces(quality, cost)


def assess(name: str, log: Log, share: Floats, surfaces: Surfaces) -> Worth | None:
    """Compare; None where the alternative is defined on no decision."""
    rows = log.routed & np.isclose(share.sum(axis=1), 1.0)
    if not rows.any():
        return None
    enough = np.where(share > 0, np.nan_to_num(log.propensity) >= FLOOR, True).all(axis=1)
    overlap = rows & enough
    weight = _weight(log, share, overlap)
    effective = estimators.effective_size(weight[overlap])
    model = _compare(log, share, surfaces, rows, overlap & False, weight)
    sufficient = overlap.sum() >= ENOUGH[0] * rows.sum() and effective >= ENOUGH[1]
    priced = _priced(log, share, surfaces, rows)
    return Worth(
        name=name,
        n=int(rows.sum()),
        quality=float(log.quality[rows].mean()),
        cost=float(log.cost[priced].mean()) if priced.any() else None,
        method="doubly_robust" if sufficient else "model_based",
        estimate=_compare(log, share, surfaces, rows, overlap, weight) if sufficient else model,
        overlap_rows=overlap,
        effective=effective,
        weighted=_weighted(log, share, surfaces, overlap, weight) if overlap.any() else {},
        model_based=model,
        weighted_cost=float(log.cost[priced & overlap].mean()) if (priced & overlap).any() else None,
    )


def _weight(log: Log, share: Floats, overlap: Flags) -> Floats:
    rows = np.arange(len(log))
    logged = np.where(overlap, log.propensity[rows, log.used], 1.0)
    return np.where(overlap, share[rows, log.used] / logged, 0.0)


def _priced(log: Log, share: Floats, surfaces: Surfaces, rows: Flags) -> Flags:
    """Return the rows whose cost is known, and expected of all that the alternative might take."""
    modelled = np.where(share > 0, np.isfinite(surfaces.cost.scale), True).all(axis=1)
    used = np.isfinite(surfaces.cost.scale[np.arange(len(log)), log.used])
    priced: Flags = rows & ~np.isnan(log.cost) & modelled & used
    return priced


def _compare(log: Log, share: Floats, surfaces: Surfaces, rows: Flags, weighted: Flags, weight: Floats) -> Comparison:
    """Return the difference on `rows`: doubly robust on those that are `weighted`, by the model on the rest."""
    priced = _priced(log, share, surfaces, rows)
    return Comparison(
        n=int(rows.sum()),
        quality=_difference(log, share, surfaces.quality, log.quality, rows, weighted, weight),
        cost=_difference(log, share, surfaces.cost, log.cost, priced, weighted & priced, weight)
        if priced.any()
        else None,
        cost_n=int(priced.sum()),
        cost_fact=_fact(log, share, priced & ~weighted) / max(int(priced.sum()), 1),
    )


def _fact(log: Log, share: Floats, rows: Flags) -> float:
    """Return the sum of the alternative's costs that are known."""
    return float((share[np.arange(len(log)), log.used] * log.cost)[rows].sum())


def _difference(
    log: Log, share: Floats, fitted: Surface, outcome: Floats, rows: Flags, weighted: Flags, weight: Floats
) -> Estimate:
    modelled = rows & ~weighted
    at = np.arange(len(log))
    same = np.where(modelled, share[at, log.used], 0.0)
    others = np.where(modelled[:, None], share, 0.0)
    others[at, log.used] = 0.0
    value, variance = fitted.total(others)
    total = float(((1.0 - same) * outcome)[modelled].sum()) - value
    freedom = math.inf
    if weighted.any():
        mean = _estimate("doubly_robust", log, share, fitted, outcome, weighted, weight)
        here = int(weighted.sum())
        total += float(outcome[weighted].sum()) - here * mean.value
        variance += (here * mean.error) ** 2
        freedom = mean.freedom
    count = int(rows.sum())
    return Estimate(total / count, math.sqrt(variance) / count, freedom)


def _weighted(log: Log, share: Floats, surfaces: Surfaces, overlap: Flags, weight: Floats) -> dict[str, Comparison]:
    priced = _priced(log, share, surfaces, overlap)

    def less(kind: Kind, fitted: Surface, outcome: Floats, rows: Flags) -> Estimate:
        found = _estimate(kind, log, share, fitted, outcome, rows, weight)
        return replace(found, value=float(outcome[rows].mean()) - found.value)

    return {
        kind: Comparison(
            n=int(overlap.sum()),
            quality=less(kind, surfaces.quality, log.quality, overlap),
            cost=less(kind, surfaces.cost, log.cost, priced) if priced.any() else None,
            cost_n=int(priced.sum()),
        )
        for kind in get_args(Kind)
    }


def _estimate(
    kind: Kind, log: Log, share: Floats, fitted: Surface, outcome: Floats, rows: Flags, weight: Floats
) -> Estimate:
    """Return the alternative's mean outcome on `rows`, all of which have overlap."""
    at = np.flatnonzero(rows)
    heard, given, logged = outcome[at], weight[at], log.propensity[at, log.used[at]]
    if kind == "doubly_robust":
        of_policy = np.where(share[at] > 0, share[at] * fitted.predicted[at], 0.0).sum(axis=1)
        of_used = fitted.predicted[at, log.used[at]]
        terms = estimators.doubly_robust(heard, given, of_used, of_policy)
        return estimators.mean_of(terms, heard - of_used, given, logged)
    if kind == "snips":
        terms = estimators.snips(heard, given)
        return estimators.mean_of(terms, heard - terms.mean(), given * len(at) / given.sum(), logged)
    return estimators.mean_of(estimators.ips(heard, given), heard, given, logged)
