"""First tries and second tries: two linear models per dimension, and how they make one expectation.

A task that comes to a second try is one that some model failed: who is best there is another question than who is best
at first, and costs or saves more than all first choices together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acrouter_mcp.routing.cells import Floats
from acrouter_mcp.routing.linear import Beliefs, LinearModel, Spread
from acrouter_mcp.types import Candidate, Dimension, Lesson

PRIOR_SD = 0.06
"""Standard deviation of an arm's true mean around a published row; used for arms that aren't candidates now."""
FIRST = Spread(base=0.05, kind=0.2, arm=1.0, interaction=0.03)
AGENTIC = Spread(base=0.05, kind=0.05, arm=1.0, interaction=0.12)
"""Agentic work: rows are farther from the truth, and which arm is best depends on the kind of task."""
RETRY = Spread(base=0.3, kind=0.3, arm=0.8, interaction=0.2, noise_weight=float("inf"))
RETRY_PRIOR = 0.25
"""Share of an arm's prior that is expected of it where another arm has failed."""
RETRY_FIRST = 0.5
"""How much of the difference in first-try expectation counts in the order of a second try."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """Joint posterior of the candidates' mean quality on one task, and its parts."""

    mean: Floats
    covariance: Floats
    baseline: Floats
    """Prior plus difficulty, without the arms' own effects."""
    prior_share: Floats


class Stages:
    """The two models of one dimension."""

    def __init__(self, dimension: Dimension) -> None:
        first = AGENTIC if dimension is Dimension.AGENTIC_PROGRAMMING else FIRST
        self._first = LinearModel(first, PRIOR_SD)
        self._retry = LinearModel(RETRY, PRIOR_SD)

    def learn(self, lesson: Lesson, kind: str, failed: int, sign: int) -> None:
        """Fold a lesson of a task on which `failed` arms had failed before, or take it out (`sign` -1).

        From the third try on nothing is learned: so few and so hard tasks mislead (42.3 regret against 39.2).
        """
        if failed > 1 or lesson.quality is None:
            return
        model, share = (self._retry, RETRY_PRIOR) if failed else (self._first, 1.0)
        y = lesson.quality - share * lesson.prior_mean
        model.cells.add(kind, lesson.arm, y=y, weight=lesson.weight, prior=lesson.prior_mean, sign=sign)

    def prior(self, arm: str) -> float | None:
        """Return the mean prior of the arm's lessons, or None without any."""
        found = self._first.cells.prior(arm)
        return found if found is not None else self._retry.cells.prior(arm)

    def expect(self, kind: str, failed: int, candidates: Sequence[Candidate]) -> Expectation:
        """Return the expectation for tasks of `kind` on which `failed` arms have failed."""
        priors = np.array([candidate.prior.mean for candidate in candidates])
        sds = {candidate.arm: candidate.prior.sd for candidate in candidates}
        first = self._first.beliefs(kind, sds)
        if not failed:
            return _expectation(priors, first)
        retry = _expectation(RETRY_PRIOR * priors, self._retry.beliefs(kind, sds))
        order = priors + first.mean
        order -= order.mean()
        # from the third try on, who is best of those that are left is what first tries say; the level is a retry's
        mean = retry.mean + RETRY_FIRST * order if failed == 1 else retry.mean.mean() + order
        return Expectation(mean, retry.covariance, retry.baseline, retry.prior_share)


def _expectation(priors: Floats, beliefs: Beliefs) -> Expectation:
    return Expectation(priors + beliefs.mean, beliefs.covariance, priors + beliefs.difficulty, beliefs.prior_share)
