"""From what hooks saw of a session to its pieces of work: for hosts, and moments, without a transcript to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from acrouter_mcp import text
from acrouter_mcp.imports.work import Run, Work
from acrouter_mcp.memory.journal import Event, Journal


@dataclass(slots=True)
class _Agent:
    """A sub-agent, as far as it has been seen."""

    spawn: Event
    id: str | None = None
    model: str | None = None
    ended: float | None = None


@dataclass(slots=True)
class _Session:
    agents: list[_Agent] = field(default_factory=list)
    turns: list[Event] = field(default_factory=list)
    tests: list[Event] = field(default_factory=list)
    stops: list[Event] = field(default_factory=list)
    asked: list[Event] = field(default_factory=list)


def works(events: Sequence[Event]) -> list[Work]:
    """Return the work of one session by its events, in the order seen: turns, and sub-agents."""
    session = _Session()
    for event in events:
        _take(session, event)
    return [*filter(None, (_of_agent(session, one) for one in session.agents)), *_of_turns(session)]


def asked_key(host: str, session: str, call: str | None, task: str) -> str:
    """Return under which key a decision is kept that a hook asked for before the work began."""
    return f"{host}/{session}/asked/{call or text.digest(task)}"


def bindings(journal: Journal, works: Sequence[Work]) -> dict[str, str]:
    """Return the decisions that hooks asked for when work began, by the key of that work.

    They are found even where the hook didn't wait for the answer.
    """
    found = {}
    for work in works:
        keys = [asked_key(work.host, work.session, call, work.task) for call in dict.fromkeys((work.tool_use, None))]
        decision = next(filter(None, map(journal.decision_of, keys)), None)
        if decision is not None:
            found[work.key] = decision
    return found


def _take(session: _Session, event: Event) -> None:
    if event.kind == "spawn":
        session.agents.append(_Agent(event))
    elif event.kind == "turn" and event.agent is None:
        session.turns.append(event)
    elif event.kind == "test":
        session.tests.append(event)
    elif event.kind == "asked":
        session.asked.append(event)
    elif event.kind in ("begun", "spawned", "turn", "stop"):
        agent = _agent(session, event)
        if agent is not None:
            agent.id = agent.id or event.agent
            agent.model = _word(event.detail.get("ran")) or _word(event.detail.get("model")) or agent.model
            if event.kind in ("spawned", "stop") and event.detail.get("status") != "async_launched":
                agent.ended = event.at
        elif event.kind == "stop":
            session.stops.append(event)


def _agent(session: _Session, event: Event) -> _Agent | None:
    """Return the sub-agent that an event is about: by its id or call, by its task, else the first without an id."""
    if event.kind == "spawned" and event.tool_use:
        found = next((one for one in session.agents if one.spawn.tool_use == event.tool_use), None)
        if found:
            return found
    if event.kind == "spawned":
        same = [one for one in session.agents if one.spawn.detail.get("digest") == event.detail.get("digest")]
        return next((one for one in same if one.ended is None), None)
    if event.agent is None:
        return None
    own = next((one for one in session.agents if one.id == event.agent), None)
    if own or event.kind == "stop":
        return own
    free = [one for one in session.agents if one.id is None]
    called = (one for one in free if one.spawn.tool_use and event.agent.endswith(one.spawn.tool_use))
    tasked = (one for one in free if one.spawn.detail.get("digest") == event.detail.get("digest"))
    return next(called, None) or next(tasked, None) or (free[0] if free and event.kind == "begun" else None)


def _of_agent(session: _Session, agent: _Agent) -> Work | None:
    spawn, detail = agent.spawn, agent.spawn.detail
    advised = detail.get("advised") if detail.get("acted") and detail.get("mode") == "enforce" else None
    model = agent.model or _word(advised) or _word(detail.get("model")) or _word(detail.get("incumbent"))
    task = _word(detail.get("task"))
    if task is None:
        return None
    until = agent.ended or float("inf")
    own = [one for one in session.tests if _is_of(one, agent, until)]
    return Work(
        host=spawn.host,
        session=spawn.session,
        agent=agent.id or spawn.tool_use or f"at {spawn.at}",
        tool_use=spawn.tool_use,
        task=task,
        cwd=spawn.cwd,
        head=spawn.head,
        model=model,
        effort=_word(detail.get("effort")),
        asked_model=_word(detail.get("model")),
        started=spawn.at,
        ended=agent.ended,
        runs=_runs(own),
    )


def _is_of(test: Event, agent: _Agent, until: float) -> bool:
    """Return whether a test run is a sub-agent's: by id, where the host tells ids, else by the time."""
    if test.agent is not None or agent.id is not None:
        return test.agent == agent.id
    return agent.spawn.at <= test.at <= until


def _of_turns(session: _Session) -> list[Work]:
    found = []
    for place, turn in enumerate(session.turns):
        next_turn = session.turns[place + 1].at if place + 1 < len(session.turns) else float("inf")
        model, task = _word(turn.detail.get("model")), _word(turn.detail.get("task"))
        if task is None:
            continue
        within = [one for one in session.tests if turn.at <= one.at < next_turn and one.agent is None]
        own = [
            one for one in within if not any(_is_of(one, agent, agent.ended or next_turn) for agent in session.agents)
        ]
        ended = max((one.at for one in session.stops if turn.at <= one.at < next_turn), default=None)
        found.append(
            Work(
                host=turn.host,
                session=turn.session,
                turn=_word(turn.detail.get("turn_id")) or _word(turn.detail.get("prompt_id")) or f"at {turn.at}",
                task=task,
                cwd=turn.cwd,
                head=turn.head,
                model=model,
                started=turn.at,
                ended=ended,
                runs=_runs(own),
                decisions=tuple(
                    (one.at, one.detail["decision"])
                    for one in session.asked
                    if turn.at <= one.at < next_turn and not one.agent
                ),
            )
        )
    return found


def _runs(tests: Sequence[Event]) -> tuple[Run, ...]:
    return tuple(
        Run(at=one.at, command=str(one.detail.get("command")), passed=_verdict(one.detail.get("passed")))
        for one in tests
    )


def _verdict(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
