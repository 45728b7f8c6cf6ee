"""Cline: its CLI and its extension for VS Code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Server, Whole
from acrouter_mcp.install.recipes.shared import own_rule, remote
from acrouter_mcp.install.wishes import SERVER, TOOLS, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "cline"
TITLE = "Cline"
PROGRAM = "cline"
TIMEOUT_S = 60


def is_here(machine: Machine) -> bool:
    """Return whether Cline has left its traces here."""
    return (machine.home / ".cline").is_dir() or _extension(machine).is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server, for the CLI and for the extension where that is there, and the permission."""
    if wish.scope == "project":
        yield Entry(machine.project / ".clinerules" / "acrouter.md", Whole(own_rule("", PERMISSION)), wish.instructions)
        return
    folders = [machine.home / ".cline" / "data" / "settings"]
    if _extension(machine).is_dir():
        folders.append(_extension(machine) / "settings")
    for folder in folders:
        yield Entry(folder / "cline_mcp_settings.json", Server(("mcpServers", SERVER), _server(wish)))
    rules = machine.home / "Documents" / "Cline" / "Rules"
    yield Entry(rules / "acrouter.md", Whole(own_rule("", PERMISSION)), wish.instructions)


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user has to know."""
    if wish.scope == "project":
        yield "Cline knows its servers for all projects only: install it with --scope user too."


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        table = wish.stdio(type="stdio")
    else:
        table = remote(wish, http=("url", "streamableHttp"), sse=("url", "sse"))
    allowed: JSON = list(TOOLS) if wish.allow else []
    return {**table, "disabled": False, "autoApprove": allowed, "timeout": TIMEOUT_S}


def _extension(machine: Machine) -> Path:
    return machine.applications / "Code" / "User" / "globalStorage" / "saoudrizwan.claude-dev"
