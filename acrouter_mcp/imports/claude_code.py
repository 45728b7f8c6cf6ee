"""Claude Code: `~/.claude/projects/<folder>/<session>.jsonl`, sub-agents in `<session>/subagents/`.

A message that is streamed in pieces is written once a piece with the same `message.id` and usage. A failed shell call
begins with "Exit code N"; one that came back otherwise had status 0. A price is the host's guess where `costBasis` says
`unknown`; since costs are told for whole sessions only, what work cost follows from its tokens.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acrouter_mcp.imports.draft import Draft
from acrouter_mcp.imports.lines import count, items, objects, table, text, when, whole, word
from acrouter_mcp.imports.work import Usage, Work

HOST = "claude-code"
NO_TASK = re.compile(
    r"^\s*(?:<(?:command-|local-command|system-reminder|task-notification|user-memory)|Caveat:|\[Request interrupted)"
)
NO_MODEL = "<synthetic>"


def sessions(home: Path) -> Iterator[Path]:
    """Yield each session's transcript."""
    base = Path(os.environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    yield from sorted(base.glob("projects/*/*.jsonl"))


def read(path: Path, own_runners: tuple[str, ...] = ()) -> list[Work]:
    """Return the work of a session: its turns, and its sub-agents'."""
    works = _agent(path, path.stem, None, own_runners)
    for own in sorted((path.parent / path.stem / "subagents").glob("agent-*.jsonl")):
        meta = next(whole(own.with_suffix(".meta.json")), {})
        for work in _agent(own, path.stem, own.stem.removeprefix("agent-"), own_runners, meta):
            works.append(work)
            break  # a sub-agent that is talked to again goes on with its task
    return works


def _agent(
    path: Path, session: str, agent: str | None, own_runners: tuple[str, ...], meta: dict[str, Any] | None = None
) -> list[Work]:
    drafts: list[Draft] = []
    for entry in objects(path):
        at, message = when(entry.get("timestamp")), table(entry.get("message"))
        if entry.get("type") == "user" and not entry.get("isMeta"):
            task = _task(message)
            if task is not None and (agent is None or not drafts):
                new = Draft(HOST, word(entry.get("sessionId")) or session, task, at, agent, own_runners=own_runners)
                new.turn = "" if agent else word(entry.get("promptId")) or word(entry.get("uuid")) or str(len(drafts))
                new.cwd = word(entry.get("cwd"))
                new.tool_use = word((meta or {}).get("toolUseId"))
                drafts.append(new)
        if drafts and agent is None and entry.get("isSidechain"):
            continue
        if drafts:
            _entry(drafts[-1], entry, message, at)
    return [work for draft in drafts if (work := draft.done())]


def _entry(draft: Draft, entry: dict[str, Any], message: dict[str, Any], at: float) -> None:
    draft.ended = max(draft.ended or 0.0, at) or None
    if entry.get("type") == "assistant":
        model = word(message.get("model"))
        if model and model != NO_MODEL:
            draft.spend(word(message.get("id")) or str(len(draft.used)), model, _usage(table(message.get("usage"))))
            draft.effort = word(entry.get("effort")) or draft.effort
        for part in map(table, items(message.get("content"))):
            given = table(part.get("input"))
            if part.get("type") == "tool_use" and part.get("name") == "Bash" and word(given.get("command")):
                draft.command(str(part.get("id")), given["command"])
            elif part.get("type") == "tool_use" and str(part.get("name")).endswith("choose_model"):
                draft.commands[str(part.get("id"))] = ""
    elif entry.get("type") == "user":
        told = table(entry.get("toolUseResult"))
        for part in map(table, items(message.get("content"))):
            if part.get("type") == "tool_result":
                _result(draft, part, told, at)


def _result(draft: Draft, part: dict[str, Any], told: dict[str, Any], at: float) -> None:
    call, output = str(part.get("tool_use_id")), text(part.get("content"))
    if draft.commands.get(call) == "":
        del draft.commands[call]
        draft.chosen(output, at)
        return
    found = re.match(r"(?:Error: )?Exit code (\d+)", output)
    status = int(found[1]) if found else 1 if part.get("is_error") else 0
    if told.get("interrupted") or told.get("backgroundTaskId") or (part.get("is_error") and not found):
        status_known = None
    else:
        status_known = status
    draft.result(call, at, status_known, output)


def _task(message: dict[str, Any]) -> str | None:
    content = message.get("content")
    if isinstance(content, list):
        parts = [table(part) for part in content]
        if any(part.get("type") == "tool_result" for part in parts):
            return None
        content = "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return content if isinstance(content, str) and content.strip() and not NO_TASK.match(content) else None


def _usage(usage: dict[str, Any]) -> Usage:
    return Usage(
        input=count(usage.get("input_tokens")),
        cache_read=count(usage.get("cache_read_input_tokens")),
        cache_write=count(usage.get("cache_creation_input_tokens")),
        output=count(usage.get("output_tokens")),
    )
