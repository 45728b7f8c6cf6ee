"""`always:MODEL` and `random`."""

from __future__ import annotations

from collections.abc import Sequence

from acrouter_mcp.bench.protocol import Bandit, Pick
from acrouter_mcp.bench.stream import Stream, Task


class Always(Bandit):
    """One model for every task."""

    title = "Always"
    feedback = "none"
    seeded = False

    @classmethod
    def arguments(cls, stream: Stream) -> tuple[str, ...]:
        """Return every model."""
        return stream.models

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return the model."""
        return Pick(self.setting.argument)


class Random(Bandit):
    """Any model, with equal probability."""

    title = "Random"
    feedback = "none"

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Draw one of those that are left."""
        left = [model for model in self.setting.models if model not in tried]
        share = 1 / len(left)
        shares = tuple(share if model in left else 0.0 for model in self.setting.models)
        return Pick(str(self.setting.rng.choice(left)), share, shares)
