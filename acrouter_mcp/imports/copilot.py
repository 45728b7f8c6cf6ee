"""Copilot CLI: `~/.copilot/session-state/<session>/events.jsonl`, sub-agents' events among them with their `agentId`.

A cost of 0 is a subscription's or an own key's entry, not a price; `inputTokens` has the cached ones in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acrouter_mcp.imports.draft import Draft
from acrouter_mcp.imports.lines import count, objects, table, text, when, word
from acrouter_mcp.imports.work import Usage, Work

HOST = "copilot"
SHELLS = ("bash", "powershell")


def sessions(home: Path) -> Iterator[Path]:
    """Yield each session's events."""
    base = Path(os.environ.get("COPILOT_HOME") or home / ".copilot")
    yield from sorted(base.glob("session-state/*/events.jsonl"))


def read(path: Path, own_runners: tuple[str, ...] = ()) -> list[Work]:
    """Return the work of a session: its turns, and its sub-agents'."""
    session, cwd = path.parent.name, None
    drafts: list[Draft] = []
    now: dict[str | None, Draft] = {}
    spawns: dict[str, dict[str, Any]] = {}
    started: dict[str, str] = {}
    for event in objects(path):
        body, at = table(event.get("data")), when(event.get("timestamp"))
        agent, kind = word(event.get("agentId")), event.get("type")
        if kind == "session.start":
            session = word(body.get("sessionId")) or session
            cwd = word(table(body.get("context")).get("cwd"))
        elif kind == "tool.execution_start" and body.get("toolName") == "task":
            spawns[str(body.get("toolCallId"))] = table(body.get("arguments"))
        elif kind == "subagent.started" and agent:
            started[agent] = str(body.get("toolCallId"))
        elif kind == "user.message" and word(body.get("content")) and (agent is None or agent not in now):
            call = started.get(agent or "")
            turn = "" if agent else word(body.get("messageId")) or str(len(drafts))
            new = Draft(HOST, session, body["content"], at, agent, turn, call, cwd, own_runners=own_runners)
            new.asked_model = word(spawns.get(call or "", {}).get("model"))
            drafts.append(new)
            now[agent] = new
        if agent in now:
            _event(now[agent], str(kind), body, str(event.get("id")), at)
    return [work for draft in drafts if (work := draft.done())]


def _event(draft: Draft, kind: str, body: dict[str, Any], key: str, at: float) -> None:
    draft.ended = at
    if kind == "session.usage_record":
        said = table(body.get("usage"))
        model = word(said.get("model"))
        if model:
            draft.spend(key, model, _usage(said))
            draft.effort = word(said.get("reasoningEffort")) or draft.effort
    elif kind == "tool.execution_start" and body.get("toolName") in SHELLS:
        draft.command(str(body.get("toolCallId")), str(table(body.get("arguments")).get("command") or ""))
    elif kind == "tool.execution_start" and body.get("mcpToolName") == "choose_model":
        draft.commands[str(body.get("toolCallId"))] = ""
    elif kind == "tool.execution_complete":
        call, answer = str(body.get("toolCallId")), table(body.get("result"))
        status = table(body.get("shellExecution")).get("exitCode")
        if draft.commands.get(call) == "":
            del draft.commands[call]
            structured = table(answer.get("structuredContent"))
            draft.chosen(f"{structured.get('decision_id')} {text(answer.get('content'))}", at)
        else:
            draft.result(call, at, status if type(status) is int else None, text(answer.get("content")))


def _usage(said: dict[str, Any]) -> Usage:
    cached, written = count(said.get("cacheReadTokens")), count(said.get("cacheWriteTokens"))
    return Usage(
        input=max(0, count(said.get("inputTokens")) - cached - written),
        cache_read=cached,
        cache_write=written,
        output=count(said.get("outputTokens")),
    )
