"""Qwen Code: `~/.qwen/projects/<folder>/chats/<session>.jsonl`, sub-agents in `subagents/<session>/`.

Cached tokens are part of the prompt's, thoughts are output. There is no cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acrouter_mcp.imports.draft import Draft
from acrouter_mcp.imports.lines import count, items, objects, table, text, when, whole, word
from acrouter_mcp.imports.work import Usage, Work

HOST = "qwen"


def sessions(home: Path) -> Iterator[Path]:
    """Yield each session's chat."""
    yield from sorted(home.glob(".qwen/projects/*/chats/*.jsonl"))


def read(path: Path, own_runners: tuple[str, ...] = ()) -> list[Work]:
    """Return the work of a session: its turns, and its sub-agents'."""
    works = _agent(path, path.stem, None, None, None, own_runners)
    models: dict[str, str] = {}
    for entry in objects(path):  # only the session's own chat says on what its sub-agents ran
        said = table(table(entry.get("systemPayload")).get("uiEvent"))
        if said.get("event.name") == "qwen-code.api_response" and word(said.get("model")):
            models[str(said.get("subagent_id"))] = said["model"]
    for own in sorted((path.parent.parent / "subagents" / path.stem).glob("agent-*.jsonl")):
        agent = own.stem.removeprefix("agent-")
        meta = next(whole(own.with_suffix(".meta.json")), {})
        works += _agent(own, path.stem, agent, word(meta.get("toolUseId")), models.get(agent), own_runners)[:1]
    return works


def _agent(
    path: Path, session: str, agent: str | None, call: str | None, model: str | None, own_runners: tuple[str, ...]
) -> list[Work]:
    drafts: list[Draft] = []
    for entry in objects(path):
        at, parts = when(entry.get("timestamp")), list(map(table, items(table(entry.get("message")).get("parts"))))
        session = word(entry.get("sessionId")) or session
        kind = entry.get("type")
        if kind == "user":
            said = "\n".join(filter(None, (word(part.get("text")) for part in parts)))
            if said and entry.get("provenance") in (None, "real_user") and (agent is None or not drafts):
                turn = "" if agent else str(entry.get("uuid"))
                drafts.append(Draft(HOST, session, said, at, agent, turn, call, own_runners=own_runners))
                drafts[-1].cwd = word(entry.get("cwd"))
        elif drafts:
            draft = drafts[-1]
            draft.ended = at
            if kind == "assistant":
                model = word(entry.get("model")) or word(entry.get("agentModel")) or model
                if "usageMetadata" in entry:
                    draft.spend(str(entry.get("uuid")), model or "", _usage(table(entry["usageMetadata"])))
                _calls(draft, parts)
            elif kind == "tool_result":
                _results(draft, parts, at)
    return [work for draft in drafts if (work := draft.done())]


def _calls(draft: Draft, parts: list[dict[str, Any]]) -> None:
    for part in parts:
        call = table(part.get("functionCall"))
        name, given, key = str(call.get("name")), table(call.get("args")), str(call.get("id"))
        if name == "tool_call":  # how deferred tools are called
            name, given = str(given.get("name")), table(given.get("arguments"))
        if name == "run_shell_command" and word(given.get("command")):
            draft.command(key, given["command"])
        elif name.endswith("choose_model"):
            draft.commands[key] = ""


def _results(draft: Draft, parts: list[dict[str, Any]], at: float) -> None:
    for part in parts:
        answer = table(part.get("functionResponse"))
        key, output = str(answer.get("id")), text(table(answer.get("response")))
        if draft.commands.get(key) == "":
            del draft.commands[key]
            draft.chosen(output, at)
            continue
        found = re.search(r"^Exit Code: (\d+)", output, re.MULTILINE)
        draft.result(key, at, int(found[1]) if found else None, output)


def _usage(said: dict[str, Any]) -> Usage:
    cached = count(said.get("cachedContentTokenCount"))
    return Usage(
        input=max(0, count(said.get("promptTokenCount")) - cached),
        cache_read=cached,
        output=count(said.get("candidatesTokenCount")) + count(said.get("thoughtsTokenCount")),
    )
