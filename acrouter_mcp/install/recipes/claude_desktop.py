"""Claude Desktop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from acrouter_mcp.errors import UsageError
from acrouter_mcp.install.edits import Server
from acrouter_mcp.install.recipes.shared import user_only
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish

NAME = "claude-desktop"
TITLE = "Claude Desktop"
PROGRAM = None


def is_here(machine: Machine) -> bool:
    """Return whether Claude Desktop has left its traces here."""
    return _folder(machine).is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server; there are no hooks, rules or instructions that a file could hold."""
    user_only(wish, TITLE)
    if wish.transport != "stdio":
        raise UsageError("transport: Claude Desktop takes remote servers in its own settings only; use stdio here")
    yield Entry(_folder(machine) / "claude_desktop_config.json", Server(("mcpServers", SERVER), wish.stdio()))


def notes(_machine: Machine, _wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    yield "Start Claude Desktop anew. It asks before the first call of each tool; choose to allow it always."


def _folder(machine: Machine) -> Path:
    return machine.applications / "Claude"
