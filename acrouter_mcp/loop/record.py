"""Take what somebody says about an outcome."""

from __future__ import annotations

import anyio.to_thread

from acrouter_mcp import text
from acrouter_mcp.catalogue import ModelRef
from acrouter_mcp.errors import UserError
from acrouter_mcp.hosts import find_host
from acrouter_mcp.ids import new_id
from acrouter_mcp.loop.answers import Record
from acrouter_mcp.loop.arguments import RecordArguments
from acrouter_mcp.loop.caller import Caller
from acrouter_mcp.loop.evidence import weight_of_report
from acrouter_mcp.loop.services import Services
from acrouter_mcp.loop.situation import describe_task, resolve
from acrouter_mcp.types import Decision, OutcomeReport, Source, Vector

REWARD_COST_WEIGHT = 0.1
"""Lambda of the reported reward, per USD: the paper's (contract, section 2), whatever the policy in force."""


async def record(services: Services, arguments: RecordArguments, caller: Caller) -> Record:
    """Store an outcome, of a decision or of work that was never asked about.

    Raises:
        UserError: neither a decision nor task and model, or an unknown decision.
        MemoryUnavailable: it can't be written; nothing was stored.
    """
    if arguments.decision_id is not None:
        return await anyio.to_thread.run_sync(_report, services, arguments, caller, arguments.decision_id)
    if not arguments.task or not arguments.model:
        raise UserError("decision_id: missing; give the one that choose_model returned, or both task and model")
    return await anyio.to_thread.run_sync(_report_unasked, services, arguments, caller, arguments.task, arguments.model)


def _report(services: Services, arguments: RecordArguments, caller: Caller, decision_id: str) -> Record:
    memory = services.open_memory()
    decision = memory.decision(decision_id)
    ref = resolve(services, arguments.model, find_host(caller.client)) if arguments.model else None
    arm = ref.arm if ref else decision.used
    source: Source = arguments.source or "agent"
    recorded = memory.report(
        OutcomeReport(
            decision_id=decision.id,
            source=source,
            quality=arguments.quality,
            weight=weight_of_report(source, claimed=not caller.trusted),
            arm=ref.arm if ref else None,
            prior_mean=services.catalogue.prior(arm, decision.dimension).mean if ref else None,
            cost_usd=_cost(services, arguments, arm),
            input_tokens=arguments.input_tokens,
            output_tokens=arguments.output_tokens,
            latency_s=arguments.latency_s,
            note=text.clean(arguments.note) if arguments.note else None,
            created=services.now(),
        )
    )
    cost = recorded.cost_usd
    return Record(
        decision_id=recorded.decision_id,
        model=ref.word if ref else decision.words.get(recorded.arm, recorded.arm),
        quality=recorded.quality,
        cost_usd=cost,
        reward=None if cost is None else recorded.quality - REWARD_COST_WEIGHT * cost,
        status=recorded.status,
    )


def _report_unasked(services: Services, arguments: RecordArguments, caller: Caller, task: str, model: str) -> Record:
    memory = services.open_memory()
    ref = resolve(services, model, find_host(caller.client))
    project = services.scope(caller)
    same = memory.recent(
        task_digest=text.digest(task),
        project=project,
        arm=ref.arm,
        source=arguments.source or "agent",
        quality=arguments.quality,
        now=services.now(),
    )
    if same is not None:
        return _report(services, arguments, caller, same)
    decision, vector = _unasked(services, task, ref, project, caller)
    memory = services.open_memory()  # the embedder may have come since, and vectors need them joined
    with memory.together():
        memory.save_decision(decision, vector)
        answer = _report(services, arguments, caller, decision.id)
    if vector is None:
        services.catch_up()
    return answer


def _unasked(
    services: Services, task: str, ref: ModelRef, project: str, caller: Caller
) -> tuple[Decision, Vector | None]:
    scanned, dimension, language, kind = describe_task(task, None, None)
    decision = Decision(
        id=new_id("d"),
        created=services.now(),
        project=project,
        task=text.cap(text.clean(task), text.STORE_LIMIT),
        task_digest=text.digest(task),
        dimension=dimension,
        language=language,
        kind=kind,
        recommended=None,
        recommended_word=None,
        used=ref.arm,
        chosen_by="host",
        policy=services.settings.policy,
        explored=False,
        propensities={},
        priors={ref.arm: services.catalogue.prior(ref.arm, dimension).mean},
        expected_costs={},
        words={ref.arm: ref.word},
        host=caller.client,
    )
    return decision, services.embedder.embed_one(scanned)


def _cost(services: Services, arguments: RecordArguments, arm: str) -> float | None:
    """Return the cost as told, else at list price from the tokens told; None when neither is known."""
    if arguments.cost_usd is not None:
        return arguments.cost_usd
    price = services.catalogue.price(arm)
    if price is None or arguments.input_tokens is None or arguments.output_tokens is None:
        return None
    return services.catalogue.expected_cost(price, arguments.input_tokens, arguments.output_tokens)
