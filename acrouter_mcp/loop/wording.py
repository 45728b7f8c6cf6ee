"""Sentences for people and agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the tools' texts need `money` before anything else is loaded
    from acrouter_mcp.loop.services import Services
    from acrouter_mcp.loop.situation import Situation
    from acrouter_mcp.routing import RoutingResult


def money(usd: float | None) -> str:
    """Return an amount as people read it; an unknown one is said to be unknown, never 0."""
    if usd is None:
        return "unknown"
    if usd == 0 or usd >= 1:
        return f"${usd:.2f}"
    return f"${usd:.2g}" if usd < 0.001 else f"${usd:.4f}"


def reason(services: Services, asked: Situation, result: RoutingResult, *, embedded: bool, budget_spent: bool) -> str:
    """Return why this model, in sentences that name the policy and whatever else bore on the choice."""
    choice = result.choice
    notes = [_why(services, result), *asked.notes]
    if choice.chosen.candidate.prior.origin == "like":
        notes.append(f"Its prior is that of {choice.chosen.candidate.prior.like}, widened.")
    if result.cap_unmet:
        notes.append("No candidate meets the cap on cost: this is the cheapest.")
    if budget_spent:
        notes.append("This month's budget is spent: only the cheapest adequate model is advised.")
    if asked.chain and result.exhausted:
        notes.append("Every candidate of this chain was tried once already; this starts over.")
    if not embedded:
        problem = services.embedder.problem
        why = f"there is no embedder ({problem})" if problem else "the embedder is still loading"
        notes.append(f"Decided from prior and metadata alone: {why}.")
    if services.settings.billing == "subscription":
        notes.append("On a subscription costs are list prices and only order the models.")
    return " ".join(notes)


def _why(services: Services, result: RoutingResult) -> str:
    chosen, others = result.choice.chosen, result.choice.others
    policy = services.settings.policy
    name = chosen.candidate.word
    if result.choice.explored:
        return f"Policy {policy}, exploring: {name} is within {services.settings.delta:g} of the best and worth a look."
    if not others:
        return f"Policy {policy}: {name} is the only candidate."
    best = max((chosen, *others), key=lambda one: one.mean)
    if policy == "thrifty" and best is not chosen:
        return (
            f"Policy thrifty: {name} is the cheapest within {services.settings.delta:g} of the best expected quality "
            f"({chosen.mean:.2f} against {best.mean:.2f} of {best.candidate.word})."
        )
    means = {"thrifty": "the best expected quality", "balanced": "quality less cost", "best": "expected quality"}
    return f"Policy {policy}: {name} leads by {means[policy]} ({chosen.mean:.2f})."
