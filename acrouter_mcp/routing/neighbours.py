"""What earlier tasks near this one add: residuals over the local difficulty, strong only for near-duplicates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from acrouter_mcp.routing.cells import Floats
from acrouter_mcp.routing.linear import REFERENCE_VARIANCE
from acrouter_mcp.types import Neighbour

SIMILAR = 0.5
"""Cosine from which an earlier task counts as similar (the paper's threshold)."""
NEAR = 0.85
"""Cosine from which an earlier task says something beyond its kind; its weight grows with the square to 1 at cosine 1.

Measured on CodeRouterBench's open part (bundled embedder, residuals to the mean of kind and arm, all eight models): up
to .8 the covariance of two tasks is the same for one arm as for two different ones (.0024 and .0019 of a variance of
.092), so neighbours share difficulty and not which model is better. From .95 on it is .021 against .008: one such task
moves its own arm by about .2 of its residual, which is what the two constants below give at .96."""
LOCAL_WORTH = 2.0
"""Near-duplicates that outweigh the baseline of the kind."""
OWN_WORTH = 2.0
"""Near-duplicates done by an arm that outweigh what the policy model expects of it."""


@dataclass(frozen=True, slots=True)
class Local:
    """What the neighbourhood adds, per arm."""

    shift: Floats
    """To be added to the mean."""
    gain: Floats
    """Weight in [0, 1) of the neighbours' estimate against the policy model's."""
    variance: Floats
    """What the neighbours' estimate brings in of its own uncertainty."""
    seen: Floats
    """Weighted number of near neighbours done by the arm."""
    residual: Floats
    """Their mean residual; 0 where there are none."""


def usable(neighbours: Iterable[Neighbour]) -> tuple[Neighbour, ...]:
    """Return the neighbours whose numbers are finite, sorted, so that their order can't matter."""
    sound = (
        one
        for one in neighbours
        if math.isfinite(one.similarity) and math.isfinite(one.quality) and math.isfinite(one.weight) and one.weight > 0
    )
    return tuple(sorted(sound, key=lambda one: (-one.similarity, one.decision_id)))


def similarity_of(neighbours: Sequence[Neighbour]) -> tuple[int, float | None]:
    """Return how many are similar, and their mean cosine."""
    similar = [one.similarity for one in neighbours if one.similarity >= SIMILAR]
    return len(similar), sum(similar) / len(similar) if similar else None


def local(neighbours: Sequence[Neighbour], arms: Sequence[str], predict: Callable[[Neighbour], float | None]) -> Local:
    """Return what near neighbours add for each of `arms`.

    `predict` gives the quality that the policy model expects for a neighbour's own arm and kind; None leaves it out.
    First the residuals' shrunken mean moves all arms alike (near tasks are alike in difficulty), then what is left
    moves the arm that it was observed of.
    """
    total = np.zeros(2)
    own = np.zeros((2, len(arms)))
    column = {arm: at for at, arm in enumerate(arms)}
    near = [(one, _nearness(one.similarity) * min(one.weight, 1.0)) for one in neighbours if one.similarity > NEAR]
    observed = [(one, weight, one.quality - expected) for one, weight in near if (expected := predict(one)) is not None]
    for _, weight, residual in observed:
        total += weight, weight * residual
    common = float(total[1] / (total[0] + LOCAL_WORTH))
    for one, weight, residual in observed:
        if one.arm in column:
            own[:, column[one.arm]] += weight, weight * (residual - common)
    seen, summed = own
    mean = np.divide(summed, seen, out=np.zeros(len(arms)), where=seen > 0)
    gain = seen / (seen + OWN_WORTH)
    variance = gain * REFERENCE_VARIANCE / (seen + OWN_WORTH)  # gain^2 * variance / seen
    return Local(common + gain * mean, gain, variance, seen, np.where(seen > 0, mean + common, 0.0))


def _nearness(similarity: float) -> float:
    return min(max((similarity - NEAR) / (1.0 - NEAR), 0.0), 1.0) ** 2
