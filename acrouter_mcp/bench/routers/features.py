"""What linear and logistic rows see of a task: a constant, its dimension, and its embedding projected."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from acrouter_mcp.bench.stream import Floats, Task
from acrouter_mcp.types import Dimension

PROJECTED = 8
"""Numbers that are kept of an embedding: each makes a bandit explore more (LinUCB on the open id part: 217 with none,
251 with 8, 269 with 32); what the paper used isn't published."""
SIZE = 1 + len(Dimension) + PROJECTED
_PLACE = {dimension: 1 + at for at, dimension in enumerate(Dimension)}


def features(task: Task) -> Floats:
    """Return the context of a task, shape (SIZE,); without a vector its place is zero."""
    found = np.zeros(SIZE)
    found[0] = 1.0
    found[_PLACE[task.dimension]] = 1.0
    if task.vector is not None:
        found[-PROJECTED:] = _projection(len(task.vector)) @ task.vector
    return found


@lru_cache(maxsize=4)
def _projection(size: int) -> Floats:
    return np.random.default_rng(0).normal(0, PROJECTED**-0.5, (PROJECTED, size))
