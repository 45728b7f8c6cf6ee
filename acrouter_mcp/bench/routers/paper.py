"""`acrouter_paper`: the paper's design, re-implemented as far as it is published: voters, weighted, over one memory.

Voters: the table's best of the dimension, the memory's nearest outcomes, a logistic regression learned online. The
fourth, a fine-tuned language model, needs its weights and is absent. Each gives every model a score in [0, 1]; the
weighted sum decides. A voter with nothing to say (no neighbour over the threshold) leaves the vote.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrouter_mcp.bench.protocol import Bandit, Outcome, Pick, Setting
from acrouter_mcp.bench.routers.features import SIZE, features
from acrouter_mcp.bench.routers.knn import CAPACITY, Memory
from acrouter_mcp.bench.stream import COST_WEIGHT, Floats, Task

WEIGHTS = {"dimension_best": 0.5, "neighbours": 0.3, "logistic": 0.2}
"""The paper names the voters and not their weights; these follow how much each can know at the start."""
RATE, DECAY = 0.1, 0.001


class AcrouterPaper(Bandit):
    """Weighted voting."""

    title = "ACRouter, the paper's voting re-implemented"
    needs_vectors = True
    note = "without the fine-tuned LLM voter and without the probing split's 200 tasks of warm start"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        models = len(setting.models)
        self._column = {model: at for at, model in enumerate(setting.models)}
        self._memory = Memory(min(CAPACITY, setting.length * models), models)
        self._logistic = np.zeros((models, SIZE))

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return the winner of the vote among those that are left."""
        votes = WEIGHTS["dimension_best"] * self._prior(task) + WEIGHTS["logistic"] * self._odds(features(task))
        if task.vector is not None:
            weight, means = self._memory.nearest(task.vector)
            if weight.any():
                votes += WEIGHTS["neighbours"] * np.nan_to_num(means) * (weight / weight.max())
        votes[[self._column[model] for model in tried]] = -np.inf
        return Pick(self.setting.models[int(votes.argmax())])

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Remember the outcome, and take one step of the chosen model's regression."""
        at, x = self._column[outcome.model], features(task)
        if task.vector is not None:
            self._memory.add(task.vector, at, outcome.quality - COST_WEIGHT * outcome.cost_usd)
        error = outcome.quality - self._odds(x)[at]
        self._logistic[at] += RATE * error * x - DECAY * self._logistic[at]

    def _prior(self, task: Task) -> Floats:
        return np.array([self.setting.table.prior(task.dimension, model).mean for model in self.setting.models])

    def _odds(self, x: Floats) -> Floats:
        odds: Floats = 1.0 / (1.0 + np.exp(-(self._logistic @ x)))
        return odds
