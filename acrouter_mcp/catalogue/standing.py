"""What a model's figures in all dimensions together, and its price, say of it in any one of them.

A published mean is one measurement, and the best of eight is best partly by luck: a model that leads a row by a hair
and lags in the other eight, for a tenth of the price, is more often second than first. So every row comes with an
expectation made without its own number, in logits:

    general = level of the dimension + strength of the model + PRICE * (ln of its output price - mean)

Level and strength are the additive fit of the published rows. Agentic work has no row that all eight share, so its
level is 0 (a half): not one fact of it enters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from acrouter_mcp.catalogue.schema import ModelEntry
from acrouter_mcp.types import Dimension

PRICE = 0.3
"""Logits per unit of the logarithm of the output price. In the published table itself strength rises by .095; where
the eight models' means lie beside it on CodeRouterBench's open part, .05 more for each logit of the row's own weight
(docs/benchmark.md). In agentic work, where price says most, .2 to .3 is best of 0 to .3."""
_NEAR_0 = 0.01


def logit(share: float) -> float:
    """Return the log odds; shares within .01 of 0 or 1 are taken as that far away."""
    inside = min(max(share, _NEAR_0), 1.0 - _NEAR_0)
    return math.log(inside / (1.0 - inside))


@dataclass(frozen=True, slots=True)
class Standing:
    """The additive fit of the published rows."""

    level: Mapping[Dimension, float]
    strength: Mapping[str, float]
    """By model; only of those that have published rows."""
    log_price: float
    """Mean over those models."""

    def general(self, model: str, output_price: float | None, dimension: Dimension) -> float | None:
        """Return the mean to be expected of `model` in `dimension`, None where nothing was published of it.

        `output_price` is USD per million tokens; without one the price says nothing.
        """
        strength = self.strength.get(model)
        if strength is None:
            return None
        dearer = math.log(output_price) - self.log_price if output_price else 0.0
        return 1.0 / (1.0 + math.exp(-(self.level.get(dimension, 0.0) + strength + PRICE * dearer)))


def standing(entries: Mapping[str, ModelEntry]) -> Standing:
    """Fit the published single-turn rows of `entries`."""
    rows = {name: _published(entry) for name, entry in entries.items()}
    rows = {name: row for name, row in rows.items() if row}
    level = {
        dimension: fmean(row[dimension] for row in rows.values() if dimension in row)
        for dimension in {at for row in rows.values() for at in row}
    }
    strength = {name: fmean(value - level[at] for at, value in row.items()) for name, row in rows.items()}
    prices = [entry.price.output for name, entry in entries.items() if name in rows and entry.price]
    return Standing(level, strength, fmean(math.log(price) for price in prices if price > 0) if any(prices) else 0.0)


def _published(entry: ModelEntry) -> dict[Dimension, float]:
    return {
        dimension: logit(figure.mean)
        for dimension, figure in entry.prior.items()
        if figure.origin == "published" and dimension is not Dimension.AGENTIC_PROGRAMMING
    }
