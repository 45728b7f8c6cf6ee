"""How probable it is that each candidate is the one to choose: a few hundred draws of the joint posterior."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from acrouter_mcp.routing.cells import Floats
from acrouter_mcp.routing.linear import REFERENCE_VARIANCE
from acrouter_mcp.routing.policies import Terms

DRAWS = 512
"""Draws of the posterior: a probability of .5 is known to +-.02."""
HEAVY = (0.03, 16.0)
"""Variances of the two halves of the draws, against the posterior's: a published order is mostly exactly right and
now and then far off, which one normal can't say. Found by replay of CodeRouterBench's open part, judged against who
had the highest mean utility in the task's dimension and kind: calibration error .016 (with any one dimension left out
at most .068), one normal .23. The halves also shrink where outcomes vary less than `REFERENCE_VARIANCE`."""
_JITTER = 1e-10


def probability_best(mean: Floats, covariance: Floats, terms: Terms, noise: float = REFERENCE_VARIANCE) -> Floats:
    """Return the share of draws in which the policy would choose each candidate if the draw were the truth; sums to 1.

    The standard normals behind the draws are always the same: equal knowledge gives equal confidence.
    """
    root = np.linalg.cholesky(covariance + _JITTER * np.eye(len(mean)))
    spread = math.sqrt(min(noise / REFERENCE_VARIANCE, 1.0))
    chosen = terms.merits(mean + spread * _draws(len(mean)) @ root.T).argmax(axis=1)
    return np.bincount(chosen, minlength=len(mean)) / DRAWS


@lru_cache(maxsize=16)
def _draws(count: int) -> Floats:
    quarter = np.random.default_rng(0).standard_normal((DRAWS // 4, count))
    half = np.concatenate([quarter, -quarter])
    return np.concatenate([math.sqrt(variance) * half for variance in HEAVY])
