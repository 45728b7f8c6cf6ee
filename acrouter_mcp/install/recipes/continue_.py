"""Continue: its extensions and its CLI."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Listed, Whole
from acrouter_mcp.install.recipes.shared import own_rule, remote
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "continue"
TITLE = "Continue"
PROGRAM = "cn"


def is_here(machine: Machine) -> bool:
    """Return whether Continue has left its traces here."""
    return (machine.home / ".continue").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server and the permission; hooks are read from Claude Code's settings, but nothing acts on them."""
    if wish.scope == "project":
        folder = machine.project / ".continue"
        yield Entry(folder / "mcpServers" / "acrouter.yaml", Listed("mcpServers", _server(wish)))
    else:
        folder = machine.home / ".continue"
        yield Entry(folder / "config.yaml", Listed("mcpServers", _server(wish)))
    yield Entry(folder / "rules" / "acrouter.md", Whole(own_rule("alwaysApply: true", PERMISSION)), wish.instructions)


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user may do."""
    if wish.allow:
        yield "Continue keeps approvals in its own panel: set the four tools to Automatic there."


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        return {"name": SERVER, **wish.stdio(type="stdio")}
    return {"name": SERVER, **remote(wish, http=("url", "streamable-http"), sse=("url", "sse"))}
