"""Which model should take this task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anyio
import anyio.to_thread

from acrouter_mcp.catalogue import ModelRef
from acrouter_mcp.ids import new_id
from acrouter_mcp.loop import wording
from acrouter_mcp.loop.answers import Advice, Alternative, Evidence, OpenDecisions, Quality
from acrouter_mcp.loop.arguments import ChooseArguments
from acrouter_mcp.loop.evidence import RETRIED
from acrouter_mcp.loop.caller import Caller
from acrouter_mcp.loop.services import Services
from acrouter_mcp.loop.situation import Situation, situation
from acrouter_mcp.memory import Memory
from acrouter_mcp.project import head_commit
from acrouter_mcp.routing import Router, RoutingRequest, RoutingResult, switch_cost
from acrouter_mcp.types import Candidate, Decision, Estimate, Neighbour, OutcomeReport, Vector

NEIGHBOURS = 32
"""Nearest tasks that the router looks at."""
OTHER_PROJECT = 0.3
"""Weight of another project's outcome (contract, section 2)."""
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class _Retry:
    """The chain of a retried decision, and whether its last link is still open."""

    chain: tuple[Decision, ...] = ()
    parent_open: bool = False


async def choose(services: Services, arguments: ChooseArguments, caller: Caller, *, dry_run: bool = False) -> Advice:
    """Decide, store the decision, and say how to act on it; `dry_run` stores nothing.

    Raises:
        UserError: the arguments can't be used.
        MemoryUnavailable: the memory can't be read or written; nothing was stored.
    """
    memory = await anyio.to_thread.run_sync(services.open_memory)
    retry = await anyio.to_thread.run_sync(_retried, memory, arguments.retry_of, services.now())
    asked = await anyio.to_thread.run_sync(situation, services, arguments, caller, retry.chain)
    vector, commit = await _vector_and_commit(services, asked, caller)
    return await anyio.to_thread.run_sync(_decide, services, memory, asked, retry, vector, commit, caller, dry_run)


async def _vector_and_commit(
    services: Services, asked: Situation, caller: Caller
) -> tuple[Vector | None, str | None]:
    vector: Vector | None = None
    commit: str | None = None

    async def embed() -> None:
        nonlocal vector
        vector = await anyio.to_thread.run_sync(services.embedder.embed_one, asked.scanned)

    async def look_up_commit() -> None:
        nonlocal commit
        commit = await anyio.to_thread.run_sync(head_commit, services.project.root)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(embed)
        if services.project.is_git and not caller.remote:
            tasks.start_soon(look_up_commit)
    return vector, commit


def _retried(memory: Memory, decision_id: str | None, now: float) -> _Retry:
    if decision_id is None:
        return _Retry()
    return _Retry(tuple(memory.chain(decision_id)), memory.is_open(decision_id, now))


def _decide(
    services: Services,
    memory: Memory,
    asked: Situation,
    retry: _Retry,
    vector: Vector | None,
    commit: str | None,
    caller: Caller,
    dry_run: bool,
) -> Advice:
    router = services.learner.current(memory)
    request = routing_request(services, router, asked, _neighbours(memory, asked, vector), _over_budget(services, memory))
    result = router.choose(request)
    decision = _decision(services, asked, result, arguments_parent(asked), commit, caller)
    if not dry_run:
        if retry.parent_open:
            memory.report(_failed(retry.chain[-1], services.now()))
        memory.save_decision(decision, vector)
    failed = [*request.failed, result.choice.chosen.candidate.arm]
    order = router.escalation(request, failed)
    words = {ref.arm: ref.word for ref in asked.candidates}
    return _advice(services, memory, asked, result, decision, tuple(words[arm] for arm in order), vector is None)
