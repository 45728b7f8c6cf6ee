"""How probable it is that each candidate is the one to choose: a few hundred draws of the joint posterior."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from acrouter_mcp.routing.cells import Floats
from acrouter_mcp.routing.policies import Terms

DRAWS = 512
"""Draws of the posterior: a probability of .5 is known to +-.02."""
_JITTER = 1e-10


def probability_best(mean: Floats, covariance: Floats, terms: Terms) -> Floats:
    """Return the share of draws in which the policy would choose each candidate if the draw were the truth; sums to 1.

    The standard normals behind the draws are always the same: equal knowledge gives equal confidence.
    """
    root = np.linalg.cholesky(covariance + _JITTER * np.eye(len(mean)))
    chosen = terms.merits(mean + _normals(len(mean)) @ root.T).argmax(axis=1)
    return np.bincount(chosen, minlength=len(mean)) / DRAWS


@lru_cache(maxsize=16)
def _normals(count: int) -> Floats:
    half = np.random.default_rng(0).standard_normal((DRAWS // 2, count))
    return np.concatenate([half, -half])
