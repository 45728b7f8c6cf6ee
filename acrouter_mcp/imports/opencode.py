"""OpenCode: `~/.local/share/opencode/opencode.db`, SQLite; a sub-agent is a session with a `parent_id`.

Each assistant message has its own model, tokens (input and cached apart, reasoning beside output) and cost; a cost of 0
is that of a model without a price.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from acrouter_mcp.imports.draft import Draft
from acrouter_mcp.imports.lines import count, table, when, word
from acrouter_mcp.imports.work import Usage, Work

HOST = "opencode"
BUSY_S = 2.0


def sessions(home: Path) -> Iterator[Path]:
    """Yield each main session as DATABASE/SESSION."""
    for path in databases(home):
        for row in _rows(path, "SELECT id FROM session WHERE parent_id IS NULL ORDER BY time_created"):
            yield path / str(row["id"])


def databases(home: Path) -> Iterator[Path]:
    """Yield the databases of OpenCode's versions and channels."""
    base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield from sorted(path for path in base.glob("opencode/opencode*.db") if path.is_file())


def read(path: Path, own_runners: tuple[str, ...] = ()) -> list[Work]:
    """Return the work of a session: its turns, and its sub-agents'. `path` is as `sessions` yields it."""
    file, session = path.parent, path.name
    parent = next(_rows(file, "SELECT parent_id FROM session WHERE id = ?", session), {}).get("parent_id")
    if parent:  # a sub-agent's: its parent's tells all
        session = str(parent)
    works, spawns = _session(file, session, session, None, {}, own_runners)
    for row in _rows(file, "SELECT id FROM session WHERE parent_id = ? ORDER BY time_created", session):
        works += _session(file, str(row["id"]), session, str(row["id"]), spawns, own_runners)[0][:1]
    return works


def _session(
    file: Path, own: str, session: str, agent: str | None, spawns: dict[str, str], own_runners: tuple[str, ...]
) -> tuple[list[Work], dict[str, str]]:
    """Return works, and the calls that spawned sub-agents by those agents' sessions."""
    drafts: dict[str, Draft] = {}
    children: dict[str, str] = {}
    latest: Draft | None = None
    directory = next(_rows(file, "SELECT directory FROM session WHERE id = ?", own), {}).get("directory")
    sql = "SELECT id, time_created, data FROM message WHERE session_id = ? ORDER BY time_created, id"
    for row in _rows(file, sql, own):
        data, key, at = table(row["data"]), str(row["id"]), when(row["time_created"])
        parts = [
            table(part["data"]) for part in _rows(file, "SELECT data FROM part WHERE message_id = ? ORDER BY id", key)
        ]
        if data.get("role") == "user":
            said = "\n".join(part["text"] for part in parts if part.get("type") == "text" and not part.get("synthetic"))
            if said.strip() and (agent is None or not drafts):
                latest = Draft(HOST, session, said, at, agent, "" if agent else key, own_runners=own_runners)
                latest.cwd, latest.tool_use = word(directory), spawns.get(own)
                drafts[key] = latest
        elif data.get("role") == "assistant":
            draft = drafts.get(str(data.get("parentID"))) or latest
            if draft is not None:
                _answer(draft, key, data, parts, children, at)
    return [work for draft in drafts.values() if (work := draft.done())], children


def _answer(
    draft: Draft, key: str, data: dict[str, Any], parts: list[dict[str, Any]], children: dict[str, str], at: float
) -> None:
    draft.ended = max(draft.ended or 0.0, when(table(data.get("time")).get("completed")) or at)
    provider, model = word(data.get("providerID")), word(data.get("modelID"))
    if model:
        draft.spend(key, f"{provider}/{model}" if provider else model, _usage(data))
    for part in parts:
        state = table(part.get("state"))
        given, meta = table(state.get("input")), table(state.get("metadata"))
        tool, call = str(part.get("tool")), str(part.get("callID"))
        if tool == "bash" and word(given.get("command")):
            draft.command(call, given["command"])
            if state.get("status") in ("completed", "error"):
                status = meta.get("exit")
                ended = when(table(state.get("time")).get("end")) or at
                draft.result(call, ended, status if type(status) is int else None, str(state.get("output") or ""))
        elif tool == "task" and word(meta.get("sessionId")):
            children[meta["sessionId"]] = call
        elif tool.endswith("choose_model"):
            draft.chosen(str(state.get("output") or ""), at)


def _usage(data: dict[str, Any]) -> Usage:
    tokens = table(data.get("tokens"))
    cache, cost = table(tokens.get("cache")), data.get("cost")
    return Usage(
        input=count(tokens.get("input")),
        cache_read=count(cache.get("read")),
        cache_write=count(cache.get("write")),
        output=count(tokens.get("output")) + count(tokens.get("reasoning")),
        cost_usd=float(cost) if isinstance(cost, int | float) and 0 < cost < 1e6 else None,
    )


def _rows(path: Path, sql: str, *values: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a question to a database that OpenCode may be writing to; none where it can't be read."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)
    except sqlite3.Error:
        return
    with closing(connection):
        connection.row_factory = sqlite3.Row
        try:
            found = connection.execute(sql, values).fetchall()
        except sqlite3.Error:
            return
    yield from (dict(row) for row in found)
