"""`knn`: retrieval from a memory of the router's own outcomes, by the paper's settings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrouter_mcp.bench.protocol import Bandit, Outcome, Pick, Setting
from acrouter_mcp.bench.stream import COST_WEIGHT, Floats, Task
from acrouter_mcp.types import Vector

K = 10
THRESHOLD = 0.5
CAPACITY = 20_000
"""Outcomes that are kept, first in first out."""


class Memory:
    """A ring of outcomes: vector, model, reward."""

    def __init__(self, capacity: int, models: int) -> None:
        self._capacity = capacity
        self._models = models
        self._vectors: Floats | None = None
        self._column = np.zeros(capacity, dtype=np.intp)
        self._reward = np.zeros(capacity)
        self._count = 0

    def add(self, vector: Vector, column: int, reward: float) -> None:
        """Keep an outcome, over the oldest one if it is full."""
        if self._vectors is None:
            self._vectors = np.zeros((self._capacity, len(vector)))
        at = self._count % self._capacity
        self._vectors[at], self._column[at], self._reward[at] = vector, column, reward
        self._count += 1

    def nearest(self, vector: Vector) -> tuple[Floats, Floats]:
        """Return per model the summed similarity of the nearest outcomes, and their weighted mean reward or NaN."""
        held = min(self._count, self._capacity)
        weight, total = np.zeros(self._models), np.zeros(self._models)
        if self._vectors is not None:
            cosine = self._vectors[:held] @ vector
            top = np.argpartition(-cosine, K)[:K] if held > K else np.arange(held)
            top = top[cosine[top] >= THRESHOLD]
            np.add.at(weight, self._column[top], cosine[top])
            np.add.at(total, self._column[top], cosine[top] * self._reward[top])
        return weight, np.divide(total, weight, out=np.full(self._models, np.nan), where=weight > 0)


class Knn(Bandit):
    """The model with the best mean among the neighbours; without neighbours, the table's best."""

    title = "kNN retrieval"
    needs_vectors = True
    note = "from its own outcomes alone; the paper's was given the probing split"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._memory = Memory(min(CAPACITY, setting.length * len(setting.models)), len(setting.models))

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return the neighbours' best of those that are left."""
        if task.vector is not None:
            _, means = self._memory.nearest(task.vector)
            for at in np.argsort(-np.nan_to_num(means, nan=-np.inf)):
                if not np.isnan(means[at]) and self.setting.models[at] not in tried:
                    return Pick(self.setting.models[at])
        return Pick(next(model for model in self.setting.table.order(task.dimension) if model not in tried))

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Remember the outcome."""
        if task.vector is not None:
            reward = outcome.quality - COST_WEIGHT * outcome.cost_usd
            self._memory.add(task.vector, self.setting.models.index(outcome.model), reward)
