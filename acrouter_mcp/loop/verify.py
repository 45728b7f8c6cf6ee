"""Is the solution right: run the engine, record its verdict to the decision, say what to do next."""

from __future__ import annotations

import logging
from typing import Literal

import anyio
import anyio.to_thread

from acrouter_mcp.errors import MemoryUnavailable, UserError
from acrouter_mcp.ids import new_id
from acrouter_mcp.loop.advise_next import next_step
from acrouter_mcp.loop.answers import Failure, Next, RecordedVerdict, Signal, Tests, Verification
from acrouter_mcp.loop.arguments import VerifyArguments
from acrouter_mcp.loop.caller import Caller, silent
from acrouter_mcp.loop.evidence import weight_of_verdict
from acrouter_mcp.loop.jobs import Job
from acrouter_mcp.loop.services import Services
from acrouter_mcp.loop.submission import check_arguments, submission
from acrouter_mcp.memory import Verified
from acrouter_mcp.types import Decision, OutcomeReport, Recorded, Verdict
from acrouter_mcp.verification import Submission, solution_digest

logger = logging.getLogger(__name__)

HANDOVER_S = 45.0
"""Hosts give a call up after 60 s: what isn't done by then goes on in the background (contract, section 1)."""
DEFAULT_TIMEOUT_S = 45.0
ELSEWHERE_S = 0.5
"""Between two looks at a verification that another server runs."""
GRACE_S = 10.0
"""A verification that is so much overdue was ended with its server."""


async def verify(services: Services, arguments: VerifyArguments, caller: Caller) -> Verification:
    """Judge a solution, or return the result of an earlier call.

    Raises:
        UserError: the arguments can't be used, or what they ask for isn't allowed here.
        MemoryUnavailable: a decision was named and can't be read.
    """
    check_arguments(services, arguments, caller)
    if arguments.verification_id is not None:
        return await _earlier(services, arguments.verification_id, caller)
    decision = await anyio.to_thread.run_sync(_decision, services, arguments.decision_id)
    judged = await anyio.to_thread.run_sync(submission, services, arguments, decision, caller)
    job = Job(new_id("v"))
    services.jobs.add(job)
    timeout_s = arguments.timeout_s or DEFAULT_TIMEOUT_S
    services.tasks.start_soon(_run, services, job, judged, decision, timeout_s)
    try:
        answer = await _wait(job, caller)
        if answer.next.action == "wait":
            await anyio.to_thread.run_sync(_announce, services, job.id, timeout_s)
        return answer
    except anyio.get_cancelled_exc_class():
        job.scope.cancel()  # the client is gone before the hand-over: nobody holds the id
        raise


def _announce(services: Services, verification_id: str, timeout_s: float) -> None:
    """Tell other servers of a verification that goes on; without a memory only this one can be asked for it."""
    try:
        memory = services.open_memory()
        with memory.together():
            if memory.verification(verification_id) is None:
                memory.begin_verification(verification_id, services.now(), services.now() + timeout_s + GRACE_S)
    except MemoryUnavailable:
        logger.warning("no other server can be asked for verification %s", verification_id)


async def _run(services: Services, job: Job, judged: Submission, decision: Decision | None, timeout_s: float) -> None:
    async def progress(share: float, words: str) -> None:
        await job.progress(share, words)

    with job.scope:
        try:
            # Before the run: the workspace may be worked on meanwhile.
            digest = await anyio.to_thread.run_sync(solution_digest, judged)
            verdict = await services.engine.verify(judged, timeout_s=timeout_s, progress=progress)
            job.answer = await anyio.to_thread.run_sync(_conclude, services, job.id, digest, decision, verdict)
        except Exception as error:
            if not isinstance(error, UserError):
                logger.exception("verification %s failed", job.id)
            job.error = error
    job.done.set()


async def _wait(job: Job, caller: Caller) -> Verification:
    job.progress = caller.progress
    try:
        with anyio.move_on_after(HANDOVER_S):
            await job.done.wait()
    finally:
        job.progress = silent
    if job.error is not None:
        raise job.error
    return job.answer or _pending(job.id)


async def _earlier(services: Services, verification_id: str, caller: Caller) -> Verification:
    job = services.jobs.get(verification_id)
    if job is not None:
        return await _wait(job, caller)
    with anyio.move_on_after(HANDOVER_S):
        while (found := await anyio.to_thread.run_sync(_elsewhere, services, verification_id)) == "running":
            await caller.progress(0.5, "verifying in another window's server")
            await anyio.sleep(ELSEWHERE_S)
        decision = await anyio.to_thread.run_sync(_decision, services, found.decision_id)
        following = await anyio.to_thread.run_sync(next_step, services, found.verdict, decision, found.recorded)
        return _answer(verification_id, found.verdict, found.recorded, following)
    return _pending(verification_id)


def _elsewhere(services: Services, verification_id: str) -> Verified | Literal["running"]:
    """Return what is known of a verification that this process doesn't run."""
    memory = services.open_memory()
    found = memory.verification(verification_id)
    if found is not None:
        return found
    if memory.verification_runs(verification_id, services.now()):
        return "running"
    raise UserError(
        f"verification_id: unknown {verification_id!r}; give the one that verify_solution returned, or, if its server "
        "was stopped meanwhile, call verify_solution with the solution again"
    )


def _decision(services: Services, decision_id: str | None) -> Decision | None:
    return services.open_memory().decision(decision_id) if decision_id is not None else None


def _conclude(
    services: Services, verification_id: str, digest: str, decision: Decision | None, verdict: Verdict
) -> Verification:
    """Store the verdict and what it teaches; a memory that fails now costs the record, not the verdict."""
    recorded: Recorded | None = None
    problem = ""
    try:
        memory = services.open_memory()
        with memory.together():
            if decision is not None and verdict.verdict != "unsure":
                recorded = memory.report(_report(services, verification_id, digest, decision, verdict))
            key = decision.id if decision else None
            memory.save_verification(verification_id, key, services.now(), verdict, recorded)
    except MemoryUnavailable as error:
        recorded = None
        problem = f" Not recorded: {error}"
    following = next_step(services, verdict, decision, recorded)
    return _answer(verification_id, verdict, recorded, following.model_copy(update={"why": following.why + problem}))


def _report(
    services: Services, verification_id: str, digest: str, decision: Decision, verdict: Verdict
) -> OutcomeReport:
    return OutcomeReport(
        decision_id=decision.id,
        source="verifier",
        quality=verdict.score,
        weight=weight_of_verdict(verdict),
        verification_id=verification_id,
        solution_digest=digest,
        created=services.now(),
    )


def _answer(verification_id: str, verdict: Verdict, recorded: Recorded | None, following: Next) -> Verification:
    counts = verdict.tests
    return Verification(
        verification_id=verification_id,
        verdict=verdict.verdict,
        score=round(verdict.score, 4),
        confidence=round(verdict.confidence, 4),
        signals=tuple(
            Signal(name=signal.name, score=signal.score, weight=round(signal.weight, 4), detail=signal.detail)
            for signal in verdict.signals
        ),
        tests=Tests(
            passed=counts.passed,
            failed=counts.failed,
            errors=counts.errors,
            expected=counts.expected,
            failures=tuple(Failure(name=one.name, message=one.message) for one in counts.failures),
        ),
        isolation=verdict.isolation,
        integrity=verdict.integrity,
        duration_ms=round(verdict.duration_ms, 1),
        recorded=RecordedVerdict(decision_id=recorded.decision_id, quality=recorded.quality, status=recorded.status)
        if recorded
        else None,
        next=following,
    )


def _pending(verification_id: str) -> Verification:
    return Verification(
        verification_id=verification_id,
        verdict="unsure",
        score=0.0,
        confidence=0.0,
        signals=(),
        tests=Tests(passed=0, failed=0, errors=0, expected=0, failures=()),
        isolation="none",
        integrity="none",
        duration_ms=HANDOVER_S * 1000,
        recorded=None,
        next=Next(
            action="wait",
            model=None,
            why=f"Still running in the background; call verify_solution with verification_id {verification_id}.",
        ),
    )
