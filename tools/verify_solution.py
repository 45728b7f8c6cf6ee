"""`verify_solution`: is the solution right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrouter_mcp.loop.answers import Verification
from acrouter_mcp.loop.arguments import VerifyArguments
from acrouter_mcp.toolkit import Tool

if TYPE_CHECKING:
    from acrouter_mcp.loop.caller import Caller
    from acrouter_mcp.loop.services import Services


def render(verification: Verification) -> str:
    """Return the verdict as text: what failed, and what to do next."""
    tests, following = verification.tests, verification.next
    lines = [
        f"Verdict: {verification.verdict} (score {verification.score:.2f}, confidence {verification.confidence:.2f}; "
        f"verification_id {verification.verification_id}).",
        f"Tests: {tests.passed} passed, {tests.failed} failed, {tests.errors} errors of {tests.expected} expected; "
        f"isolation {verification.isolation}, integrity {verification.integrity}.",
    ]
    lines += [f"- {failure.name}: {failure.message}" for failure in tests.failures]
    lines += [
        f"- {signal.name} {signal.score:.2f}: {signal.detail}"
        for signal in verification.signals
        if signal.score is not None and signal.score < 1 and signal.detail
    ]
    if verification.recorded:
        lines.append(
            f"Recorded to {verification.recorded.decision_id}: quality {verification.recorded.quality:.2f} "
            f"({verification.recorded.status})."
        )
    target = f" with {following.model}" if following.model else ""
    lines.append(f"Next: {following.action}{target}. {following.why}")
    return "\n".join(lines)


async def run(services: Services, arguments: VerifyArguments, caller: Caller) -> Verification:
    """Call the loop, which loads only now: the handshake must not wait for numpy and the memory."""
    from acrouter_mcp.loop.verify import verify

    return await verify(services, arguments, caller)


TOOL = Tool(
    name="verify_solution",
    title="Verify a solution",
    description=(
        "Call when code is written, before believing it: runs it with tests in a sandbox, plus static checks. "
        "Returns pass, fail or unsure, the failures, and what to do next; closes the decision_id."
    ),
    arguments=VerifyArguments,
    answer=Verification,
    run=run,
    render=render,
    read_only=False,
    idempotent=False,
    meta={"anthropic/alwaysLoad": True},
)
