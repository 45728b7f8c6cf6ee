"""Windsurf."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Server
from acrouter_mcp.install.recipes.shared import remote, user_only
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "windsurf"
TITLE = "Windsurf"
PROGRAM = None


def is_here(machine: Machine) -> bool:
    """Return whether Windsurf has left its traces here."""
    return (machine.home / ".codeium" / "windsurf").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server and the permission; its hooks can neither advise nor rewrite."""
    user_only(wish, TITLE)
    folder = machine.home / ".codeium" / "windsurf"
    yield Entry(folder / "mcp_config.json", Server(("mcpServers", SERVER), _server(wish)))
    yield Entry(folder / "memories" / "global_rules.md", Block(PERMISSION), wish.instructions)


def notes(_machine: Machine, _wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    yield "Not tried with a real Windsurf: press refresh in its MCP settings, and see whether four tools are there."


def _server(wish: Wish) -> dict[str, JSON]:
    return (
        wish.stdio() if wish.transport == "stdio" else remote(wish, http=("serverUrl", None), sse=("serverUrl", None))
    )
