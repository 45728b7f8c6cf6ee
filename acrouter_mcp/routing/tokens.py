"""How many tokens tasks take, learned from outcomes that tell."""

from __future__ import annotations

from collections import defaultdict

from acrouter_mcp.types import Dimension, Lesson

ENOUGH = 3
"""Outcomes below which a mean says less than a table of expected tokens."""


class TokenMeans:
    """Additive means per dimension and arm."""

    def __init__(self) -> None:
        self._sums: defaultdict[tuple[Dimension, str], list[int]] = defaultdict(lambda: [0, 0, 0])

    def learn(self, lesson: Lesson, sign: int) -> None:
        """Add the lesson's tokens, or take them out (`sign` -1); one that doesn't tell both, or retracts, adds none."""
        if lesson.quality is None or lesson.input_tokens is None or lesson.output_tokens is None:
            return
        sums = self._sums[lesson.dimension, lesson.arm]
        for at, value in enumerate((lesson.input_tokens, lesson.output_tokens, 1)):
            sums[at] += sign * value

    def mean(self, dimension: Dimension, arm: str | None) -> tuple[float, float, int] | None:
        """Return mean input and output tokens and the number of outcomes, of all arms if None; None for too few."""
        if arm is not None:
            told, given, n = self._sums.get((dimension, arm), (0, 0, 0))
        else:
            of_all = [sums for (of, _), sums in self._sums.items() if of == dimension]
            told, given, n = (sum(sums[at] for sums in of_all) for at in range(3))
        return (told / n, given / n, n) if n >= ENOUGH else None
