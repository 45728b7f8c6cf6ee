"""`dimension_best`: the published table's best model of each dimension; it learns nothing."""

from __future__ import annotations

from collections.abc import Sequence

from acrouter_mcp.bench.protocol import Bandit, Pick
from acrouter_mcp.bench.routers.cascade import Cascade
from acrouter_mcp.bench.stream import Task


class DimensionBest(Bandit):
    """Argmax of the prior."""

    title = "DimensionBest"
    feedback = "none"
    seeded = False

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return the best by the table of those that are left."""
        return Pick(next(model for model in self.setting.table.order(task.dimension) if model not in tried))


class DimensionBestCascade(Cascade, DimensionBest):
    """The table's order, try after try."""

    title = "DimensionBest, cascade"
