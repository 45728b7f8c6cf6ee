"""`choose_model`: which of the available models should take this task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from acrouter_mcp.loop.answers import Advice
from acrouter_mcp.loop.arguments import ChooseArguments
from acrouter_mcp.loop.wording import money
from acrouter_mcp.toolkit import Tool

if TYPE_CHECKING:
    from acrouter_mcp.loop.caller import Caller
    from acrouter_mcp.loop.services import Services


def render(advice: Advice) -> str:
    """Return the advice as text that is enough to act on."""
    quality = advice.quality
    lines = [
        f"Use {advice.model} for this {advice.dimension} task (decision_id {advice.decision_id}).",
        f"{advice.reason} Confidence {advice.confidence:.2f}; expected quality {quality.mean:.2f} "
        f"({quality.low:.2f} to {quality.high:.2f}), cost {money(advice.cost_usd)}.",
    ]
    if advice.apply and "tool" in advice.apply:
        arguments = json.dumps(advice.apply.get("arguments"), ensure_ascii=False)
        lines.append(f"To act: {advice.apply['tool']} with {arguments}. {advice.apply.get('note', '')}".rstrip())
    elif advice.apply:
        lines.append(f"To act: {advice.apply.get('instruction')}")
    if advice.alternatives:
        others = "; ".join(
            f"{other.model} {other.quality:.2f} at {money(other.cost_usd)} (p {other.p_best:.2f})"
            for other in advice.alternatives
        )
        lines.append(f"Alternatives: {others}.")
    lines.append(
        f"Then call verify_solution with decision_id {advice.decision_id}."
        + (f" If it fails: {', then '.join(advice.escalation)} (retry_of)." if advice.escalation else "")
    )
    if advice.open_decisions.count:
        lines.append(
            f"Earlier decisions without an outcome: {advice.open_decisions.count} "
            f"(oldest {advice.open_decisions.oldest_id}); close them with record_outcome."
        )
    return "\n".join(lines)


async def run(services: Services, arguments: ChooseArguments, caller: Caller) -> Advice:
    """Call the loop, which loads only now: the handshake must not wait for numpy and the memory."""
    from acrouter_mcp.loop.choose import choose

    return await choose(services, arguments, caller)


TOOL = Tool(
    name="choose_model",
    title="Choose a model for a task",
    description=(
        "Call before starting a task or delegating a subtask: says which model should take it, with expected quality, "
        "cost, confidence and whom to escalate to. Returns a decision_id for verify_solution."
    ),
    arguments=ChooseArguments,
    answer=Advice,
    run=run,
    render=render,
    read_only=False,
    idempotent=False,
    meta={"anthropic/alwaysLoad": True},
)
