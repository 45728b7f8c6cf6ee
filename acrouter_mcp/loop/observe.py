"""A decision that nobody asked for: what a host chose by itself, and what would have been recommended."""

from __future__ import annotations

from dataclasses import replace

from acrouter_mcp import text
from acrouter_mcp.catalogue import ModelRef
from acrouter_mcp.errors import UserError
from acrouter_mcp.hosts import Host
from acrouter_mcp.ids import new_id
from acrouter_mcp.imports.work import Work
from acrouter_mcp.loop.arguments import ChooseArguments
from acrouter_mcp.loop.caller import Caller
from acrouter_mcp.loop.choose import new_decision, route
from acrouter_mcp.loop.request import over_budget
from acrouter_mcp.loop.services import Services
from acrouter_mcp.loop.situation import describe_task, resolve, situation
from acrouter_mcp.types import Decision, Vector


def arm_of(services: Services, work: Work, host: Host | None) -> ModelRef | None:
    """Return the arm that did the work, with its effort where that isn't the usual one; None where nobody says."""
    if work.model is None:
        return None
    ref = resolve(services, work.model, host)
    known = ref.model in services.catalogue.models
    if ref.effort is None and work.effort and known and work.effort != services.catalogue.usual_effort(ref.model):
        return resolve(services, f"{work.model}:{work.effort}", host)
    return ref


def observed(services: Services, work: Work, did: ModelRef, host: Host | None) -> tuple[Decision, Vector | None]:
    """Return the decision of work that a hook saw, with what the router would have recommended, and its vector.

    Raises:
        UserError: the settings allow none of the models.
    """
    words = [*(host.menu if host else ()), *services.settings.models, did.word]
    client = client_of(host)
    arguments = ChooseArguments.model_validate(
        {"task": work.task, "candidates": tuple(dict.fromkeys(words)), "incumbent": did.word}
    )
    asked = situation(services, arguments, Caller(client=client), (), delegated=work.agent is not None)
    memory = services.open_memory()
    vector = services.embedder.embed_one(arguments.task)
    memory = services.open_memory()  # the embedder may have come since, and vectors need them joined
    router = services.learner.current(memory)
    spent = over_budget(services, memory)
    result, _ = route(services, memory, router, asked, vector, budget_spent=spent, explore=False)
    decision = new_decision(services, asked, result.choice, work.head, client)
    did_it = {did.arm: services.catalogue.prior(did.arm, asked.dimension).mean}
    return (
        replace(
            decision,
            created=work.started or services.now(),
            used=did.arm,
            chosen_by="host",
            priors={**did_it, **decision.priors},
            words={did.arm: did.word, **decision.words},
        ),
        vector,
    )


def told(services: Services, work: Work, did: ModelRef, host: Host | None) -> Decision:
    """Return the decision of work from a transcript: the router was never asked."""
    _, dimension, language, kind = describe_task(work.task, None, None)
    return Decision(
        id=new_id("d"),
        created=work.started or services.now(),
        project=services.scope(Caller()),
        task=text.cap(text.clean(work.task), text.STORE_LIMIT),
        task_digest=text.digest(work.task),
        dimension=dimension,
        language=language,
        kind=kind,
        recommended=None,
        recommended_word=None,
        used=did.arm,
        chosen_by="host",
        policy=services.settings.policy,
        explored=False,
        propensities={},
        priors={did.arm: services.catalogue.prior(did.arm, dimension).mean},
        expected_costs={},
        words={did.arm: did.word},
        host=client_of(host),
        base_revision=work.head,
    )


def client_of(host: Host | None) -> str | None:
    """Return the name with which a host's client introduces itself."""
    return host.clients[0] if host else None


def decided(
    services: Services, work: Work, did: ModelRef, host: Host | None, *, live: bool
) -> tuple[Decision, Vector | None]:
    """Return the decision of work and its vector: of `live` work with what would have been recommended."""
    if live:
        try:
            return observed(services, work, did, host)
        except UserError:  # the settings allow none of the models: what was done is recorded all the same
            pass
    return told(services, work, did, host), None
