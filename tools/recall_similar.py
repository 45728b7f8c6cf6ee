"""`recall_similar`: what happened last time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrouter_mcp.loop.answers import Recall
from acrouter_mcp.loop.arguments import RecallArguments
from acrouter_mcp.loop.wording import money
from acrouter_mcp.toolkit import Tool

if TYPE_CHECKING:
    from acrouter_mcp.loop.caller import Caller
    from acrouter_mcp.loop.services import Services


def render(recall: Recall) -> str:
    """Return the neighbours as text, one a line."""
    lines = [recall.advice]
    for neighbour in recall.neighbours:
        told = f", verdict {neighbour.verdict}" if neighbour.verdict else ""
        lines.append(
            f"- {neighbour.similarity:.2f} {neighbour.model}: quality {neighbour.quality:.2f}, "
            f"{_cost(neighbour.cost_usd)}{told}, {neighbour.age_days:.1f} days ago ({neighbour.decision_id}): "
            f"{' '.join(neighbour.task.split())}"
        )
    if len(recall.by_model) > 1:
        lines += [
            f"{row.model}: {row.quality:.2f} over {row.n}, {_cost(row.cost_usd)} on average" for row in recall.by_model
        ]
    return "\n".join(lines)


def _cost(usd: float | None) -> str:
    return money(usd) if usd is not None else "cost unknown"


async def run(services: Services, arguments: RecallArguments, caller: Caller) -> Recall:
    """Call the loop, which loads only now: the handshake must not wait for numpy and the memory."""
    from acrouter_mcp.loop.recall import recall

    return await recall(services, arguments, caller)


TOOL = Tool(
    name="recall_similar",
    title="Recall similar tasks",
    description=(
        "Call to see how earlier tasks like this one went: nearest tasks with model, quality, cost and verdict, and "
        "each model's mean. Says so when there is nothing similar."
    ),
    arguments=RecallArguments,
    answer=Recall,
    run=run,
    render=render,
    read_only=True,
    idempotent=True,
)
