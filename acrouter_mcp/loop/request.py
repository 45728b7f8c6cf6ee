"""From what is known of a task to what the router is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from acrouter_mcp.loop.services import Services
from acrouter_mcp.memory import Memory
from acrouter_mcp.routing import Router, RoutingRequest, switch_cost
from acrouter_mcp.types import Candidate, Decision, Dimension, Neighbour, Vector

NEIGHBOURS = 32
"""Nearest tasks that the router looks at."""
OTHER_PROJECT = 0.3
"""Weight of another project's outcome (contract, section 2)."""


def near(memory: Memory, vector: Vector | None, project: str) -> tuple[Neighbour, ...]:
    """Return the nearest closed tasks of all projects, those of others discounted; none without a vector."""
    if vector is None:
        return ()
    return tuple(
        one if one.project == project else replace(one, weight=one.weight * OTHER_PROJECT)
        for one in memory.search(vector, NEIGHBOURS)
    )


def candidates(
    services: Services,
    router: Router,
    words: Mapping[str, str],
    dimension: Dimension,
    *,
    incumbent: str | None = None,
    context_tokens: int = 0,
) -> tuple[Candidate, ...]:
    """Return each arm of `words` with its prior and its expected cost, a lost prompt cache included."""
    return tuple(
        Candidate(
            arm=arm,
            word=word,
            prior=services.catalogue.prior(arm, dimension),
            cost_usd=_cost(services, router, arm, dimension, incumbent, context_tokens),
        )
        for arm, word in words.items()
    )


def _cost(
    services: Services, router: Router, arm: str, dimension: Dimension, incumbent: str | None, context_tokens: int
) -> float | None:
    price = services.catalogue.price(arm)
    if price is None:
        return None
    learned = router.expected_tokens(dimension, arm)
    tokens = learned[:2] if learned else services.catalogue.expected_tokens(dimension)
    cost = services.catalogue.expected_cost(price, *tokens)
    if cost is None or incumbent is None:
        return cost
    return cost + (switch_cost(price.input, price.cache_read, context_tokens, is_incumbent=arm == incumbent) or 0.0)


def over_budget(services: Services, memory: Memory) -> bool:
    """Return whether this calendar month's recorded cost has reached the budget."""
    budget = services.settings.monthly_budget_usd
    if budget is None:
        return False
    now = datetime.fromtimestamp(services.now(), UTC)
    return memory.spent_since(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()) >= budget


def ask(
    services: Services,
    offered: tuple[Candidate, ...],
    *,
    dimension: Dimension,
    language: str | None,
    kind: str,
    neighbours: Iterable[Neighbour] = (),
    max_cost_usd: float | None = None,
    incumbent: str | None = None,
    excluded: Iterable[str] = (),
    cheapest_only: bool = False,
    explore: bool = True,
) -> RoutingRequest:
    """Return the router's question under the settings in force."""
    settings = services.settings
    return RoutingRequest(
        dimension=dimension,
        language=language,
        kind=kind,
        candidates=offered,
        neighbours=tuple(neighbours),
        policy=settings.policy,
        delta=settings.delta,
        cost_weight=settings.cost_weight,
        epsilon=settings.explore if explore else 0.0,
        max_cost_usd=max_cost_usd,
        incumbent=incumbent,
        excluded=frozenset(excluded),
        cheapest_only=cheapest_only,
    )


def tried_arms(chain: Sequence[Decision], arms: Collection[str]) -> tuple[list[str], bool]:
    """Return which of `arms` had their try in a retry chain, and whether all had it before and it goes round again."""
    tried: list[str] = []
    again = False
    for link in chain:
        if link.used not in tried:
            tried.append(link.used)
        if set(arms) <= set(tried):
            tried, again = [], True
    return tried, again
