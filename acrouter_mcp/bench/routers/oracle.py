"""`oracle`: the best model of each single task."""

from __future__ import annotations

import numpy as np

from acrouter_mcp.bench.protocol import Informed
from acrouter_mcp.bench.stream import Floats, Stream


class Oracle(Informed):
    """Argmax of the task's own rewards: what regret is counted against."""

    title = "Oracle"
    seen_answer = True

    def shares(self, stream: Stream, rng: np.random.Generator, argument: str) -> Floats:
        """Return the best model of each task."""
        return one_hot(stream.reward.argmax(axis=1), len(stream.models))


def one_hot(columns: np.ndarray[tuple[int], np.dtype[np.intp]], models: int) -> Floats:
    """Return shares that give each task to one model."""
    return np.eye(models)[columns]
