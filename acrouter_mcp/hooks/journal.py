"""Writing rows: into the memory's file, or beside it where that can't be done now.

`acrouter_mcp.memory.schema` makes the table. This module only inserts, with the standard library's SQLite: a hook that
had to make or migrate the file would keep its host waiting. What can't be inserted is appended to a spool, which
whoever reads the table takes in first.
"""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False  # as typing's, whose import takes longer than what is done here
if TYPE_CHECKING:
    from sqlite3 import Connection
    from typing import Any

    from acrouter_mcp.hooks.payload import Seen

BUSY_S = 0.3
SPOOL = "hook-events.jsonl"
SPOOL_BYTES = 20_000_000
"""A spool that nobody takes in stops growing here."""
INSERT = (
    "INSERT INTO event (at, host, kind, session, agent, tool_use, cwd, head, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def write(memory: str, data: str, at: float, host: str, seen: Seen) -> bool:
    """Store one row; returns whether the table took it rather than the spool."""
    row = row_of(at, host, seen)
    try:
        _insert(memory, row)
    except Exception:
        _spool(data, row)
        return False
    return True


def row_of(at: float, host: str, seen: Seen) -> list[Any]:
    """Return a row's values in the order of INSERT."""
    detail = json.dumps(seen.detail, ensure_ascii=True)
    head = head_commit(seen.cwd) if seen.cwd and seen.kind in ("turn", "spawn") else None
    return [at, host, seen.kind, seen.session, seen.agent, seen.tool_use, seen.cwd, head, detail]


def head_commit(cwd: str) -> str | None:
    """Return the commit checked out at `cwd`, from git's own files."""
    folder = cwd
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    git = os.path.join(folder, ".git")
    try:
        if os.path.isfile(git):  # a worktree's pointer
            git = os.path.join(folder, _read(git).partition("gitdir: ")[2].strip())
        head = _read(os.path.join(git, "HEAD")).strip()
        name = head.removeprefix("ref: ")
        if name == head:
            return head or None
        common = os.path.join(git, "commondir")
        shared = os.path.normpath(os.path.join(git, _read(common).strip())) if os.path.isfile(common) else git
        loose = os.path.join(shared, name)
        if os.path.isfile(loose):
            return _read(loose).strip() or None
        packed = _read(os.path.join(shared, "packed-refs")).splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), None)
    except (OSError, ValueError):
        return None


def connected(memory: str) -> Connection:
    """Return a connection to the memory's file, which must be there."""
    try:
        from _sqlite3 import connect  # without what the public module imports for dates: a fifth of all the time here
    except ImportError:
        from sqlite3 import connect

    name = memory.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return connect(f"file:{name}?mode=rw", uri=True, timeout=BUSY_S, isolation_level=None)


def _insert(memory: str, row: list[Any]) -> None:
    connection = connected(memory)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may take a row, never the file
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(INSERT, row)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _spool(data: str, row: list[Any]) -> None:
    path = os.path.join(data, SPOOL)
    os.makedirs(data, exist_ok=True)
    if os.path.isfile(path) and os.path.getsize(path) > SPOOL_BYTES:
        return
    line = json.dumps(row, ensure_ascii=True) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
