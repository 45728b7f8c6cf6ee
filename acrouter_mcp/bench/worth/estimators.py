"""Off-policy estimates: the mean outcome of a policy from the outcomes of another, whose probabilities were logged.

Every estimator gives one term per decision whose mean is the estimate, so that differences between estimates, and
their errors, are differences of terms. `weight` is the probability with which the evaluated policy takes the arm that
was taken, over the probability with which the logging policy took it. All arrays have shape (n,).

Sources: Horvitz and Thompson 1952 (IPS); Swaminathan and Joachims 2015 (SNIPS); Dudik, Langford and Li 2011 (doubly
robust); Kong 1992 (effective sample size).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from acrouter_mcp.bench.stream import Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, its standard error, and the degrees of freedom that the error is known with."""

    value: float
    error: float
    freedom: float = math.inf

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval of that coverage, by Student's distribution."""
        half = student(0.5 + level / 2.0, self.freedom) * self.error
        return self.value - half, self.value + half


def ips(outcome: Floats, weight: Floats) -> Floats:
    """Return the terms of inverse propensity scoring: unbiased, and as wide as its largest weights."""
    return weight * outcome


def snips(outcome: Floats, weight: Floats) -> Floats:
    """Return the terms of the self-normalised estimate, linearised about it: it moves with a constant added to all.

    Without any weight there is nothing to go by, and the terms are NaN.
    """
    total = weight.sum()
    if total <= 0:
        return np.full(len(outcome), np.nan)
    value = float(weight @ outcome) / total
    terms: Floats = value + weight / total * len(weight) * (outcome - value)
    return terms


def doubly_robust(outcome: Floats, weight: Floats, of_used: Floats, of_policy: Floats) -> Floats:
    """Return a model's prediction for the policy, corrected by the weighted errors of its prediction for what was used.

    It is right on average where either the propensities or the model (`of_used`, `of_policy`) are right, provided that
    the model hasn't seen the outcome that it predicts.
    """
    return of_policy + weight * (outcome - of_used)


def effective_size(weight: Floats) -> float:
    """Return how many equally weighted outcomes the weighted ones are worth, in [0, n]."""
    squares = float(weight @ weight)
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0


def mean_of(terms: Floats, residual: Floats, weight: Floats, propensity: Floats) -> Estimate:
    """Return the mean of the terms, with the error that the logging policy's own chance gives it.

    `residual` is what of the outcome the weight multiplies: the outcome itself (IPS), over the estimate (SNIPS), over
    the prediction (doubly robust). The tasks are given, so the sum of weight^2 (1 - propensity) residual^2 is the
    unbiased estimate of the variance where the evaluated policy takes one arm. A sample variance would call a policy
    that never happened to explore certain.
    """
    count = len(terms)
    if not count:
        return Estimate(math.nan, math.inf, 1.0)
    variance = float((weight**2 * (1.0 - propensity)) @ residual**2)
    return Estimate(float(terms.mean()), math.sqrt(variance) / count, effective_size(weight) - 1.0)


def student(probability: float, freedom: float) -> float:
    """Return a quantile of Student's distribution, from the normal's by the expansion of Cornish and Fisher.

    Right to a hundredth of itself from 3 degrees of freedom on; below, that of 3. (SciPy comes with the extra `bench`
    alone, and one's own memory can be valued without it.)
    """
    z = NormalDist().inv_cdf(probability)
    if math.isinf(freedom):
        return z
    nu = max(freedom, 3.0)
    return (
        z
        + (z**3 + z) / (4 * nu)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * nu**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * nu**3)
    )
