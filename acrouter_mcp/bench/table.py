"""The only prior that the benchmark may use: the catalogue's published rows, without a fact of the OOD stream."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.routing import Router
from acrouter_mcp.types import Candidate, Dimension, Prior

AGENTIC_SD = 0.12
AGENTIC_LEVEL = 0.5
AGENTIC_SLOPE = 2.0
"""How far the models lie apart in agentic work, against their means over the nine published dimensions."""
AGENTIC_PRICE = 0.05
"""What a model's price says of it there, per unit of its logarithm."""
PUBLISHED = tuple(dimension for dimension in Dimension if dimension is not Dimension.AGENTIC_PROGRAMMING)


class Table:
    """Priors, prices and expected costs of some models.

    In `agentic_programming` the catalogue's row holds figures published of the OOD stream. Without `ood_facts` it is
    replaced by what the other nine rows and the list prices say.
    """

    def __init__(self, models: Sequence[str], *, ood_facts: bool = False) -> None:
        self.models = tuple(models)
        self._catalogue = Catalogue.load(None)
        self._prices = {model: self._catalogue.price(model) for model in models}
        rows = {d: {model: self._catalogue.prior(model, d) for model in models} for d in Dimension}
        if not ood_facts:
            rows[Dimension.AGENTIC_PROGRAMMING] = self._without_facts(rows)
        self._rows = rows

    def prior(self, dimension: Dimension, model: str) -> Prior:
        """Return what is believed of the model before any outcome."""
        return self._rows[dimension][model]

    def order(self, dimension: Dimension) -> list[str]:
        """Return the models by their prior, best first."""
        return sorted(self.models, key=lambda model: -self._rows[dimension][model].mean)

    def candidates(self, dimension: Dimension, router: Router | None = None) -> tuple[Candidate, ...]:
        """Return the models as the server would offer them: list price times learned or usual tokens."""
        return tuple(
            Candidate(
                arm=model,
                word=model,
                prior=self._rows[dimension][model],
                cost_usd=self.expected_cost(dimension, model, router),
            )
            for model in self.models
        )

    def expected_cost(self, dimension: Dimension, model: str, router: Router | None = None) -> float | None:
        """Return USD at list price for one task."""
        learned = router.expected_tokens(dimension, model) if router else None
        tokens = learned[:2] if learned else self._catalogue.expected_tokens(dimension)
        return self._catalogue.expected_cost(self._prices[model], *tokens)

    def _without_facts(self, rows: dict[Dimension, dict[str, Prior]]) -> dict[str, Prior]:
        means = {model: sum(rows[d][model].mean for d in PUBLISHED) / len(PUBLISHED) for model in self.models}
        prices = {model: self._log_price(model) for model in self.models}
        level, price_level = (sum(values.values()) / len(values) for values in (means, prices))
        return {
            model: replace(
                rows[Dimension.AGENTIC_PROGRAMMING][model],
                mean=min(
                    max(
                        AGENTIC_LEVEL
                        + AGENTIC_SLOPE * (means[model] - level)
                        + AGENTIC_PRICE * (prices[model] - price_level),
                        0.0,
                    ),
                    1.0,
                ),
                sd=AGENTIC_SD,
            )
            for model in self.models
        }

    def _log_price(self, model: str) -> float:
        cost = self.expected_cost(Dimension.AGENTIC_PROGRAMMING, model)
        return math.log(cost) if cost else 0.0
