"""Transcripts of agent hosts, read into pieces of work; one host a module.

Each module has `sessions(home)`, which yields what there is to read, and `read(session, own_runners)`, which returns
the work of one session and never fails: what is broken, or being written just now, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from acrouter_mcp.imports import claude_code, codex, copilot, gemini, opencode, qwen
from acrouter_mcp.imports.work import Work

__all__ = ["READERS", "Reader", "Work", "transcript"]


class Reader(Protocol):
    """What a host's module offers."""

    def sessions(self, home: Path) -> Iterator[Path]:
        """Yield the sessions of a user, the oldest first as far as that is known."""
        ...

    def read(self, path: Path, own_runners: tuple[str, ...] = ()) -> list[Work]:
        """Return the work of a session."""
        ...


READERS: dict[str, Reader] = {
    "claude-code": claude_code,
    "codex": codex,
    "copilot": copilot,
    "gemini": gemini,
    "opencode": opencode,
    "qwen": qwen,
}


def transcript(host: str, session: str, told: str | None, home: Path) -> Path | None:
    """Return what to read of a session: the file that the host told of, or its usual place."""
    if host == "opencode":
        return next((path / session for path in opencode.databases(home)), None)
    if told is not None and Path(told).is_file():
        return Path(told)
    if host == "copilot":
        return next((path for path in copilot.sessions(home) if path.parent.name == session), None)
    return None
