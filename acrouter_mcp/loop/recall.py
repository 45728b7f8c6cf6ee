"""What happened last time with tasks like this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import anyio.to_thread

from acrouter_mcp.errors import UserError
from acrouter_mcp.hosts import Host, find_host
from acrouter_mcp.loop.answers import ByModel, Recall, Similar
from acrouter_mcp.loop.arguments import RecallArguments
from acrouter_mcp.loop.caller import Caller
from acrouter_mcp.loop.services import Services
from acrouter_mcp.loop.situation import describe_task, resolve
from acrouter_mcp.types import Neighbour

LIMIT = 5
MIN_SIMILARITY = 0.5
"""Cosine below which tasks have nothing to tell each other: the paper's threshold."""
TASK_SHOWN = 200
EMBEDDER_WAIT_S = 10.0
"""A recall is nothing without the embedder: wait for its loading (0.5 - 2 s), and no longer than a person would."""
DAY_S = 86_400.0


async def recall(services: Services, arguments: RecallArguments, caller: Caller) -> Recall:
    """Return the most similar earlier tasks with a known outcome.

    Raises:
        UserError: an empty task, a model that nothing resolves, or no embedder to compare with.
        MemoryUnavailable: the memory can't be read.
    """
    return await anyio.to_thread.run_sync(_recall, services, arguments, caller)


def _recall(services: Services, arguments: RecallArguments, caller: Caller) -> Recall:
    host = find_host(caller.client)
    scanned, *_ = describe_task(arguments.task, arguments.dimension, None)
    arm = _filter(services, arguments.model, host)
    if not services.embedder.wait(EMBEDDER_WAIT_S):
        raise UserError(f"no embedder to compare tasks with ({services.embedder.problem or 'loading'})")
    memory = services.open_memory()
    vector = services.embedder.embed_one(scanned)
    least = MIN_SIMILARITY if arguments.min_similarity is None else arguments.min_similarity
    found = (
        memory.search(
            vector,
            arguments.limit or LIMIT,
            project=services.scope(caller, arguments.project),
            dimension=arguments.dimension,
            arm=arm,
            min_similarity=least,
        )
        if vector is not None
        else []
    )
    by_model = _by_model(found)
    return Recall(
        neighbours=tuple(_similar(neighbour, services.now()) for neighbour in found),
        by_model=by_model,
        advice=_advice(found, by_model, least),
    )


def _filter(services: Services, model: str | None, host: Host | None) -> str | None:
    if model is None:
        return None
    ref = resolve(services, model, host)
    if not ref.known and not services.open_memory().list_decisions(limit=1, arm=ref.arm):
        meant = f"; did you mean {ref.suggestion!r}?" if ref.suggestion else "; leave it out to see every model"
        raise UserError(f"model: unknown {model!r}{meant}")
    return ref.arm


def _similar(neighbour: Neighbour, now: float) -> Similar:
    shown = neighbour.task if len(neighbour.task) <= TASK_SHOWN else neighbour.task[: TASK_SHOWN - 1] + "…"
    return Similar(
        decision_id=neighbour.decision_id,
        similarity=round(min(1.0, neighbour.similarity), 4),
        task=shown,
        dimension=neighbour.dimension,
        model=neighbour.arm,
        quality=round(neighbour.quality, 4),
        cost_usd=neighbour.cost_usd,
        verdict=neighbour.verdict,
        age_days=round(max(0.0, now - neighbour.created) / DAY_S, 2),
    )


def _by_model(found: Sequence[Neighbour]) -> tuple[ByModel, ...]:
    groups: dict[str, list[Neighbour]] = defaultdict(list)
    for neighbour in found:
        groups[neighbour.arm].append(neighbour)
    rows = []
    for arm, members in groups.items():
        costs = [member.cost_usd for member in members if member.cost_usd is not None]
        rows.append(
            ByModel(
                model=arm,
                n=len(members),
                quality=round(sum(member.quality for member in members) / len(members), 4),
                cost_usd=sum(costs) / len(costs) if costs else None,
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.quality, row.cost_usd is None, row.cost_usd or 0.0)))


def _advice(found: Sequence[Neighbour], by_model: Sequence[ByModel], least: float) -> str:
    if not found:
        return (
            f"Nothing on record is similar (cosine of at least {least:g}): there is nothing to go on here. "
            "Do not search further; call choose_model."
        )
    best = by_model[0]
    cost = "" if best.cost_usd is None else f" at ${best.cost_usd:.4f}"
    many = f"{len(found)} similar tasks" if len(found) > 1 else "One similar task"
    head = f"{many}; best so far {best.model}: quality {best.quality:.2f} over {best.n}{cost}."
    return f"{head} A few outcomes are an anecdote: choose_model weighs them with all the rest."
