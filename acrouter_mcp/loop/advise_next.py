"""What to do after a verdict."""

from __future__ import annotations

from acrouter_mcp.loop.answers import Next
from acrouter_mcp.loop.request import ask, candidates, tried_arms
from acrouter_mcp.loop.services import Services
from acrouter_mcp.types import Decision, Recorded, Verdict

REVISE_SHARE = 0.5
"""Share of passed tests from which the same model, told of the failures, is worth a second try before another model."""


def next_step(services: Services, verdict: Verdict, decision: Decision | None, recorded: Recorded | None) -> Next:
    """Return what the agent should do now, and with which model when it should escalate."""
    if verdict.verdict == "pass":
        return Next(action="accept", model=None, why=verdict.reason)
    if verdict.verdict == "unsure":
        return Next(action="ask_user", model=None, why=verdict.reason)
    attempts = recorded.attempts if recorded else 1
    ran = verdict.tests.passed + verdict.tests.failed + verdict.tests.errors
    nearly = ran > 0 and verdict.tests.passed / ran >= REVISE_SHARE
    if decision is not None and not (attempts <= 1 and nearly):
        target = _escalation(services, decision)
        if target is not None:
            why = f"{verdict.reason} Call choose_model with retry_of {decision.id}."
            return Next(action="escalate", model=target, why=why)
    return Next(action="revise", model=None, why=verdict.reason)


def _escalation(services: Services, decision: Decision) -> str | None:
    """Return the word for the next model of this decision's chain, or None when every candidate had its try."""
    memory = services.open_memory()
    router = services.learner.current(memory)
    tried, again = tried_arms(memory.chain(decision.id), decision.words)
    if again:
        return None
    offered = candidates(services, router, decision.words, decision.dimension)
    request = ask(
        services,
        offered,
        dimension=decision.dimension,
        language=decision.language,
        kind=decision.kind,
        excluded=tried,
        explore=False,
    )
    order = router.escalation(request, (), 1)
    return decision.words.get(order[0]) if order else None
