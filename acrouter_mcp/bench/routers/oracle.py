"""`oracle`: the best model of each single task."""

from __future__ import annotations

import numpy as np

from acrouter_mcp.bench.protocol import Given, Informed
from acrouter_mcp.bench.stream import Floats, Picks


class Oracle(Informed):
    """Argmax of the task's own rewards: what regret is counted against."""

    title = "Oracle"
    family = "hindsight"
    seen_answer = True

    def shares(self, given: Given) -> Floats:
        """Return the best model of each task."""
        return one_hot(given.stream.reward.argmax(axis=1), len(given.stream.models))


def one_hot(columns: Picks, models: int) -> Floats:
    """Return shares that give each task to one model."""
    shares: Floats = np.eye(models)[columns]
    return shares
