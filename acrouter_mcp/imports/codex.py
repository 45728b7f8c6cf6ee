"""Codex: `~/.codex/sessions/Y/M/D/rollout-*.jsonl`, one file a thread; a sub-agent is a thread of its own.

`token_usage_record` has each response's tokens, older files only the sums of `token_count`, of which the differences
count. Cached tokens are part of the input, reasoning tokens of the output. There is no cost.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acrouter_mcp.imports.draft import Draft
from acrouter_mcp.imports.lines import count, items, objects, table, text, when, word
from acrouter_mcp.imports.work import Usage, Work

HOST = "codex"
NO_TASK = re.compile(r"^\s*(?:<(?:environment_context|user_instructions|turn_aborted|permissions|skill)|# AGENTS\.md)")
LETTER = re.compile(r"\AMessage Type: .*?(?:Payload|Message|Content):\s*", re.DOTALL)
THREAD = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


def sessions(home: Path) -> Iterator[Path]:
    """Yield each main thread's rollout; of one that is archived too, the active copy."""
    base = Path(os.environ.get("CODEX_HOME") or home / ".codex")
    seen: set[str] = set()
    for path in [
        *sorted(base.glob("sessions/**/rollout-*.jsonl")),
        *sorted(base.glob("archived_sessions/**/rollout-*.jsonl")),
    ]:
        thread = _thread(path)
        if thread not in seen:
            seen.add(thread)
            if not _parent(path):
                yield path


def read(path: Path, own_runners: tuple[str, ...] = ()) -> list[Work]:
    """Return the work of a session: its main thread's turns, and its sub-agents'."""
    parent = _parent(path)
    if parent:  # a sub-agent's own file: its parent's tells all
        above = _rollout(path, parent)
        return read(above, own_runners) if above and above != path else []
    works, children = _thread_work(path, None, None, own_runners)
    for thread, (call, asked) in children.items():
        own = _rollout(path, thread)
        if own is None:
            continue
        for work in _thread_work(own, thread, call, own_runners, asked)[0][:1]:
            works.append(work)
    return works


def _thread_work(
    path: Path, agent: str | None, call: str | None, own_runners: tuple[str, ...], asked: dict[str, Any] | None = None
) -> tuple[list[Work], dict[str, tuple[str, dict[str, Any]]]]:
    drafts: list[Draft] = []
    spawns: dict[str, dict[str, Any]] = {}
    children: dict[str, tuple[str, dict[str, Any]]] = {}
    session, cwd, sums = _thread(path), None, Usage()
    for entry in objects(path):
        body, at = table(entry.get("payload")), when(entry.get("timestamp"))
        kind = entry.get("type")
        if kind == "session_meta":
            session, cwd = word(body.get("session_id")) or session, word(body.get("cwd"))
        elif body.get("type") == "task_started":
            turn = word(body.get("turn_id")) or str(len(drafts))
            new = Draft(HOST, session, started=at, agent=agent, turn="" if agent else turn, own_runners=own_runners)
            new.cwd, new.tool_use, new.asked_model = cwd, call, word((asked or {}).get("model"))
            new.task = word((asked or {}).get("message")) or ""
            drafts.append(new)
        elif drafts:
            draft = drafts[-1]
            draft.ended = at
            sums = _tokens(draft, str(kind), body, sums, at)
            if kind == "response_item":
                _item(draft, body, spawns, at)
            elif body.get("type") == "item_completed":
                _completed(draft, table(body.get("item")), spawns, children, at)
    return [work for draft in drafts if (work := draft.done())], children


def _tokens(draft: Draft, kind: str, body: dict[str, Any], sums: Usage, at: float) -> Usage:
    """Take what is said of the model and its tokens; returns the thread's sums so far."""
    if kind == "turn_context":
        draft.model = word(body.get("model")) or draft.model
        draft.effort = word(body.get("effort")) or draft.effort
    elif kind == "token_usage_record":
        draft.spend(str(body.get("response_id")), draft.model or "", _usage(table(body.get("usage"))))
    elif body.get("type") == "token_count":
        total = _usage(table(table(body.get("info")).get("total_token_usage")))
        if all(request.startswith("sum ") for request in draft.used):
            draft.spend(f"sum {at}", draft.model or "", _less(total, sums))
        return total
    return sums


def _item(draft: Draft, body: dict[str, Any], spawns: dict[str, dict[str, Any]], at: float) -> None:
    """Take what the model read or wrote."""
    kind, call = body.get("type"), str(body.get("call_id"))
    if kind == "message" and body.get("role") == "user":
        said = text(body.get("content"))
        if said.strip() and not NO_TASK.match(said) and not draft.task:
            draft.task = said
    elif kind == "agent_message" and not draft.task:
        parts = [word(table(part).get("encrypted_content")) or text(part) for part in items(body.get("content"))]
        draft.task = LETTER.sub("", parts[-1]) if parts else ""
    elif kind == "function_call":
        given, name = table(body.get("arguments")), str(body.get("name"))
        if name.endswith("spawn_agent"):
            spawns[call] = given
        elif name in ("exec_command", "shell", "shell_command", "local_shell"):
            line = given.get("cmd") or given.get("command")
            draft.command(call, " ".join(map(str, line[2:])) if isinstance(line, list) else str(line or ""))
    elif kind == "function_call_output":
        output = text(body.get("output"))
        found = re.search(r"(?:exited with code|exit_code\"?:|Exit code:)\s*(\d+)", output)
        draft.result(call, at, int(found[1]) if found else None, output)


def _completed(
    draft: Draft,
    item: dict[str, Any],
    spawns: dict[str, dict[str, Any]],
    children: dict[str, tuple[str, dict[str, Any]]],
    at: float,
) -> None:
    """Take what Codex says of a command, a tool call or a sub-agent that came to its end."""
    kind, key = item.get("type"), str(item.get("id"))
    if kind == "CommandExecution":
        parsed = [word(table(part).get("cmd")) for part in items(item.get("parsed_cmd"))]
        argv = items(item.get("command"))
        line = str(argv[-1]) if len(argv) > 2 else "; ".join(filter(None, parsed))
        draft.commands.pop(key, None)
        draft.command(key, line)
        status = item.get("exit_code")
        draft.result(key, at, status if type(status) is int else None, str(item.get("aggregated_output") or ""))
    elif kind == "McpToolCall" and item.get("tool") == "choose_model":
        draft.chosen(text(table(item.get("result"))), at)
    elif kind == "SubAgentActivity" and item.get("kind") == "started":
        thread = word(item.get("agent_thread_id"))
        if thread:
            children[thread] = (key, spawns.get(key, {}))
    elif kind == "CollabAgentToolCall":
        for thread in items(item.get("receiver_thread_ids")):
            if "spawn" in str(item.get("tool")).lower():
                children.setdefault(str(thread), (key, spawns.get(key, {})))


def _usage(said: dict[str, Any]) -> Usage:
    cached = count(said.get("cached_input_tokens"))
    written = count(said.get("cache_write_input_tokens"))
    return Usage(
        input=max(0, count(said.get("input_tokens")) - cached - written),
        cache_read=cached,
        cache_write=written,
        output=count(said.get("output_tokens")),
    )


def _less(total: Usage, before: Usage) -> Usage:
    """Return the difference of two sums; a sum that went back began anew."""
    if total.output < before.output or total.input < before.input:
        return total
    return Usage(
        input=total.input - before.input,
        cache_read=max(0, total.cache_read - before.cache_read),
        cache_write=max(0, total.cache_write - before.cache_write),
        output=total.output - before.output,
    )


def _thread(path: Path) -> str:
    found = THREAD.search(path.stem)
    return found[1] if found else path.stem


def _parent(path: Path) -> str | None:
    """Return the session that a sub-agent's rollout belongs to, None for a main thread's."""
    meta = next((table(one.get("payload")) for one in objects(path) if one.get("type") == "session_meta"), {})
    spawn = table(table(table(meta.get("source")).get("subagent")).get("thread_spawn"))
    parent = word(meta.get("parent_thread_id")) or word(spawn.get("parent_thread_id"))
    session = word(meta.get("session_id"))
    return parent or (session if session and session != _thread(path) else None)


def _rollout(beside: Path, thread: str) -> Path | None:
    """Return a thread's file: beside another one, else of another day."""
    near = next(beside.parent.glob(f"rollout-*-{thread}.jsonl"), None)
    if near or len(beside.parents) < 4:
        return near
    return next(beside.parents[3].glob(f"*/*/*/rollout-*-{thread}.jsonl"), None)
