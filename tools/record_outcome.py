"""`record_outcome`: when something better than the verifier knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrouter_mcp.loop.answers import Record
from acrouter_mcp.loop.arguments import RecordArguments
from acrouter_mcp.loop.wording import money
from acrouter_mcp.toolkit import Tool

if TYPE_CHECKING:
    from acrouter_mcp.loop.caller import Caller
    from acrouter_mcp.loop.services import Services

MEANINGS = {
    "closed": "learned",
    "revised": "learned in place of what was known before",
    "unchanged": "the same was known already",
    "superseded": "stored, but a better source's word stands",
}


def render(record: Record) -> str:
    """Return what was recorded as text."""
    reward = "unknown" if record.reward is None else f"{record.reward:.3f}"
    return (
        f"{record.status}: {MEANINGS[record.status]}. Decision {record.decision_id}, model {record.model}, "
        f"quality {record.quality:.2f}, cost {money(record.cost_usd)}, reward {reward}."
    )


async def run(services: Services, arguments: RecordArguments, caller: Caller) -> Record:
    """Call the loop, which loads only now: the handshake must not wait for numpy and the memory."""
    from acrouter_mcp.loop.record import record

    return await record(services, arguments, caller)


TOOL = Tool(
    name="record_outcome",
    title="Record an outcome",
    description=(
        "Call when you, the user or CI know how good a result was and verify_solution couldn't tell: closes or "
        "corrects a decision, so that later advice is better."
    ),
    arguments=RecordArguments,
    answer=Record,
    run=run,
    render=render,
    read_only=False,
    idempotent=True,
)
