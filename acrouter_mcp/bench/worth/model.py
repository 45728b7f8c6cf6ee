"""The model of outcomes: what every arm would have been worth on every task, from all that was seen.

    y = base + b_dimension + b_kind + u_arm + u_(arm, dimension) + v_(kind, arm) + noise

It is the router's own decomposition (`routing.linear`) as one Gaussian over the cells of all dimensions, kinds and
arms at once: what is asked here are sums over many tasks, and their errors need the covariances between cells. For
qualities y is what they are over their prior; for costs the logarithm of what they are over a reference, since models
differ by factors in how much they write.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from acrouter_mcp.bench.stream import Flags, Floats, Picks
from acrouter_mcp.bench.worth.log import Log

FOLDS = 5
_LARGEST = 5.0
"""Logarithm beyond which an outcome over its expectation is a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Prior standard deviations of the effects, and what is expected of the noise."""

    base: float
    dimension: float
    kind: float
    arm: float
    interaction: float
    noise: float
    """Variance of one outcome about its cell."""
    noise_weight: float = 10.0
    """Outcomes that the expectation is worth."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Every kind of every dimension by every arm, numbered kind * arms + arm, and which are those of a row."""

    kinds: int
    dimension: Picks
    """Of each kind, shape (kinds,)."""
    names: tuple[str, ...]
    """Of the dimensions."""
    first: Picks
    """Of each row, the cell of its kind and the first arm; shape (n,)."""
    arms: int

    @classmethod
    def of(cls, log: Log) -> Cells:
        """Return the cells of a log's rows."""
        pairs = [(one.dimension.value, one.kind) for one in log.past]
        kinds = sorted(set(pairs))
        names = tuple(sorted({dimension for dimension, _ in kinds}))
        number = {pair: at for at, pair in enumerate(kinds)}
        return cls(
            kinds=len(kinds),
            dimension=np.array([names.index(dimension) for dimension, _ in kinds], dtype=np.intp),
            names=names,
            first=np.array([number[pair] * len(log.arms) for pair in pairs], dtype=np.intp),
            arms=len(log.arms),
        )

    @property
    def of_cell(self) -> Picks:
        """Return the dimension of every cell."""
        return np.repeat(self.dimension, self.arms)

    def covariance(self, spread: Spread, own_sd: Floats) -> Floats:
        """Return the prior covariance; `own_sd` is the sd of each arm's effect in each dimension."""
        same = (self.dimension[:, None] == self.dimension).astype(float)
        own = own_sd[self.dimension]
        shared = spread.base**2 + spread.dimension**2 * same + spread.kind**2 * np.eye(self.kinds)
        found = np.kron(shared, np.ones((self.arms, self.arms)))
        for arm in range(self.arms):
            at = np.arange(self.kinds) * self.arms + arm
            found[np.ix_(at, at)] += spread.arm**2 + same * np.outer(own[:, arm], own[:, arm])
        found[np.diag_indices(len(found))] += spread.interaction**2
        return found


@dataclass(frozen=True, slots=True)
class Posterior:
    """Of all cells, given some outcomes; `noise` is per dimension."""

    mean: Floats
    covariance: Floats
    noise: Floats


def posterior(
    cells: Cells, prior: tuple[Floats, Floats], y: Floats, cell: Picks, weight: Floats, spread: Spread
) -> Posterior:
    """Return mean and covariance of all cells given outcomes `y` of some; `prior` is that of all."""
    mean, covariance = prior
    count = len(mean)
    sums: list[Floats] = [
        np.bincount(cell, one, minlength=count).astype(float) for one in (weight, weight * y, weight * y * y)
    ]
    total, wy, wyy = sums
    seen = np.flatnonzero(total > 0)
    noise = _noise(cells, total, wyy - np.divide(wy**2, total, out=np.zeros(count), where=total > 0), spread)
    heard = covariance[np.ix_(seen, seen)] + np.diag(noise[cells.of_cell[seen]] / total[seen])
    gain = np.linalg.solve(heard, covariance[seen]).T
    return Posterior(mean + gain @ (wy[seen] / total[seen] - mean[seen]), covariance - gain @ covariance[seen], noise)


def _noise(cells: Cells, total: Floats, within: Floats, spread: Spread) -> Floats:
    """Return each dimension's residual variance: within its cells, shrunken to what was expected."""
    names = len(cells.names)
    found = np.bincount(cells.of_cell, np.maximum(within, 0.0), minlength=names)
    freedom = np.bincount(cells.of_cell, np.maximum(total - 1.0, 0.0), minlength=names)
    pooled: Floats = (spread.noise_weight * spread.noise + found) / (spread.noise_weight + freedom)
    return pooled


@dataclass(frozen=True, slots=True)
class Smear:
    """By what factor the mean of an arm's outcomes is over the exponential of their mean logarithm, and its relative
    variance; both of shape (arms,) (Duan 1983)."""

    factor: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Surface:
    """What is believed of one kind of outcome: offset + scale * cell, or scale * exp(cell) * smear."""

    cells: Cells
    offset: Floats
    scale: Floats
    believed: Posterior
    smear: Smear | None
    """Given where cells are of logarithms."""
    predicted: Floats
    """Expected outcome of each arm on each task, by a fit without that task; shape (n, arms)."""

    def total(self, share: Floats) -> tuple[float, float]:
        """Return the sum of share * outcome over tasks and arms, and its variance, noise of single outcomes included.

        `share` has shape (n, arms) and must be 0 where an outcome is known: those are facts.
        """
        used = share > 0
        at = self.cells.first[:, None] + np.arange(self.cells.arms)
        mean, noise = self.believed.mean[at], self.believed.noise[self.cells.of_cell[at]]
        scaled = np.where(used, share * self.scale, 0.0)
        variance = 0.0
        if self.smear is not None:
            scaled = scaled * np.exp(mean) * self.smear.factor
            value, single = scaled.sum(), np.expm1(noise)
            variance += float(scaled.sum(axis=0) ** 2 @ self.smear.variance)
        else:
            value, single = (scaled * mean).sum() + np.where(used, share * self.offset, 0.0).sum(), noise
        weights = np.bincount(at.ravel(), scaled.ravel(), minlength=len(self.believed.mean))
        variance += float(weights @ self.believed.covariance @ weights) + float((scaled**2 * single).sum())
        return float(value), variance


def surface(
    log: Log,
    outcome: Floats,
    known: Flags,
    *,
    offset: Floats,
    scale: Floats,
    spread: Spread,
    arm_mean: Floats,
    arm_sd: Floats,
    logarithmic: bool = False,
) -> Surface:
    """Fit the model to the rows that are `known`; a fold's predictions come from the other folds.

    `arm_mean` and `arm_sd` are the prior of each arm's effect, shape (dimensions, arms) in the order of their names.
    """
    cells = Cells.of(log)
    at = np.arange(len(log))
    y = (outcome - offset[at, log.used]) / scale[at, log.used]
    known = known & np.isfinite(y) & ((y > 0) | (not logarithmic))
    y = np.log(np.where(known, y, 1.0)) if logarithmic else y
    prior = arm_mean[cells.dimension].ravel(), cells.covariance(spread, arm_sd)
    cell = cells.first + log.used

    def learn(rows: Flags) -> tuple[Posterior, Smear | None]:
        believed = posterior(cells, prior, y[rows], cell[rows], log.weight[rows], spread)
        return believed, _smear(believed, y[rows], cell[rows], cells.arms, spread) if logarithmic else None

    fold = np.random.default_rng(0).permutation(len(log)) % FOLDS
    predicted = np.full(offset.shape, np.nan)
    for held in range(FOLDS):
        out = fold == held
        believed, smear = learn(known & ~out)
        mean = believed.mean[cells.first[out][:, None] + np.arange(cells.arms)]
        predicted[out] = offset[out] + scale[out] * (mean if smear is None else np.exp(mean) * smear.factor)
    return Surface(cells, offset, scale, *learn(known), predicted)


def _smear(believed: Posterior, y: Floats, cell: Picks, arms: int, spread: Spread) -> Smear:
    """Return each arm's factor, shrunken to that of a lognormal."""
    over = np.exp(np.minimum(y - believed.mean[cell], _LARGEST))
    count = np.bincount(cell % arms, minlength=arms) + spread.noise_weight
    noise = float(believed.noise.mean())
    total = np.bincount(cell % arms, over, minlength=arms) + spread.noise_weight * np.exp(noise / 2.0)
    return Smear(total / count, np.expm1(noise) / count)
