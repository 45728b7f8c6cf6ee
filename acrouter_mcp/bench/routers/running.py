"""Running means per dimension, the published row counted as a number of outcomes: greedy, epsilon-greedy, Thompson."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrouter_mcp.bench.protocol import Bandit, Outcome, Pick, Setting
from acrouter_mcp.bench.stream import COST_WEIGHT, Floats, Task
from acrouter_mcp.types import Dimension

WORTH = 80
"""Outcomes that a published row is worth; one with a wider spread counts less, by the square."""
PUBLISHED_SD = 0.06
NOISE_VARIANCE = 0.15
EPSILON = 0.05


class Greedy(Bandit):
    """The model with the highest running mean reward."""

    title = "Greedy per dimension"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._column = {model: at for at, model in enumerate(setting.models)}
        self._sums = {dimension: self._prior(dimension) for dimension in Dimension}

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return the best of those that are left."""
        total, count = self._sums[task.dimension]
        merits = self.merits(total / count, count)
        merits[[self._column[model] for model in tried]] = -np.inf
        return self.pick(merits)

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Count a first try's reward."""
        if not tried:
            at = self._column[outcome.model]
            self._sums[task.dimension][:, at] += outcome.quality - COST_WEIGHT * outcome.cost_usd, 1.0

    def merits(self, means: Floats, _counts: Floats) -> Floats:
        """Return what is maximised."""
        return means.copy()

    def pick(self, merits: Floats) -> Pick:
        """Return the best."""
        return Pick(self.setting.models[int(merits.argmax())])

    def _prior(self, dimension: Dimension) -> Floats:
        priors = [self.setting.table.prior(dimension, model) for model in self.setting.models]
        count = np.array([WORTH * (PUBLISHED_SD / prior.sd) ** 2 for prior in priors])
        return np.array([count * [prior.mean for prior in priors], count])


class EpsilonGreedy(Greedy):
    """Greedy, but for one task in twenty."""

    title = f"ε-greedy per dimension, ε = {EPSILON}"

    def pick(self, merits: Floats) -> Pick:
        """Return the best, or with probability epsilon any of those that are left."""
        left = np.isfinite(merits)
        shares = np.where(left, EPSILON / left.sum(), 0.0)
        shares[merits.argmax()] += 1.0 - EPSILON
        at = int(self.setting.rng.choice(len(shares), p=shares))
        return Pick(self.setting.models[at], float(shares[at]), tuple(float(one) for one in shares))


class Thompson(Greedy):
    """A draw from each mean's posterior; the highest is taken."""

    title = "Thompson sampling per dimension"

    def merits(self, means: Floats, counts: Floats) -> Floats:
        """Return one draw per model."""
        drawn: Floats = self.setting.rng.normal(means, np.sqrt(NOISE_VARIANCE / counts))
        return drawn
