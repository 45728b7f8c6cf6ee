"""`lin_ucb` and `lin_ts`: a ridge regression of the reward per model, on the task's context.

The paper warms up on 200 tasks of its probing split, whose results are not published: here each published row stands
for its share of them on `id`; `ood` starts cold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrouter_mcp.bench.protocol import Bandit, Outcome, Pick, Setting
from acrouter_mcp.bench.routers.features import SIZE, features
from acrouter_mcp.bench.stream import COST_WEIGHT, Floats, Task
from acrouter_mcp.bench.table import PUBLISHED

ALPHA = RIDGE = 1.0
"""The paper's alpha and lambda."""
WARM = 200 / len(PUBLISHED)
"""Outcomes that a published row stands for."""
V = 0.5
"""The paper's scale of LinTS' posterior."""


class LinUcb(Bandit):
    """Mean plus alpha standard deviations (Li et al. 2010, disjoint models)."""

    title = "LinUCB"
    note = "contexts are our own choice; on id the published rows stand in for the warm start"
    needs_vectors = True

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._column = {model: at for at, model in enumerate(setting.models)}
        self.inverse = np.array([np.eye(SIZE) / RIDGE for _ in setting.models])
        self._right = np.zeros((len(setting.models), SIZE))
        if setting.stream == "id":
            self._warm_up()
        self.theta = np.einsum("aij,aj->ai", self.inverse, self._right)

    def _warm_up(self) -> None:
        contexts = {dimension: features(Task("", dimension, None, "")) for dimension in PUBLISHED}
        precision = np.eye(SIZE) * RIDGE + WARM * sum(np.outer(x, x) for x in contexts.values())
        self.inverse[:] = np.linalg.inv(precision)
        for model, at in self._column.items():
            for dimension, x in contexts.items():
                self._right[at] += WARM * self.setting.table.prior(dimension, model).mean * x

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return the highest merit of those that are left."""
        merits = self.merits(features(task))
        merits[[self._column[model] for model in tried]] = -np.inf
        return Pick(self.setting.models[int(merits.argmax())])

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Update the chosen model's regression (Sherman-Morrison)."""
        if tried:
            return
        at, x = self._column[outcome.model], features(task)
        along = self.inverse[at] @ x
        self.inverse[at] -= np.outer(along, along) / (1.0 + x @ along)
        self._right[at] += (outcome.quality - COST_WEIGHT * outcome.cost_usd) * x
        self.theta[at] = self.inverse[at] @ self._right[at]

    def merits(self, x: Floats) -> Floats:
        """Return optimistic rewards."""
        merits: Floats = self.theta @ x + ALPHA * np.sqrt(np.einsum("i,aij,j->a", x, self.inverse, x))
        return merits


class LinTs(LinUcb):
    """A draw from each regression's posterior (Agrawal and Goyal 2013)."""

    title = "LinTS"

    def merits(self, x: Floats) -> Floats:
        """Return drawn rewards; the draw of x'theta is normal, so no matrix has to be factored."""
        spread = V * np.sqrt(np.einsum("i,aij,j->a", x, self.inverse, x))
        drawn: Floats = self.setting.rng.normal(self.theta @ x, spread)
        return drawn
