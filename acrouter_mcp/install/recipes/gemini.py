"""Gemini CLI."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Hooks, Server
from acrouter_mcp.install.recipes.shared import grouped_hooks, remote, workers
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "gemini"
TITLE = "Gemini CLI"
PROGRAM = "gemini"
EVENTS = {
    "SessionStart": None,
    "BeforeAgent": None,
    "AfterAgent": None,
    "BeforeModel": None,
    "BeforeTool": None,
    "AfterTool": None,
    "SessionEnd": None,
}
MILLISECONDS = 1000


def is_here(machine: Machine) -> bool:
    """Return whether Gemini CLI has left its traces here."""
    return (machine.home / ".gemini").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server with its trust, the hooks, the permission and worker agents."""
    root = machine.project if wish.scope == "project" else machine.home
    folder = root / ".gemini"
    yield Entry(folder / "settings.json", Server(("mcpServers", SERVER), _server(wish)))
    yield Entry(folder / "settings.json", Hooks(grouped_hooks(wish, NAME, EVENTS, unit=MILLISECONDS)), wish.hooks)
    memory = root / "GEMINI.md" if wish.scope == "project" else folder / "GEMINI.md"
    yield Entry(memory, Block(PERMISSION), wish.instructions)
    yield from workers(folder / "agents", wish, NAME)


def _server(wish: Wish) -> dict[str, JSON]:
    table = wish.stdio() if wish.transport == "stdio" else remote(wish, http=("httpUrl", None), sse=("url", None))
    return {**table, "trust": True} if wish.allow else table


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    if wish.scope == "project":
        yield "Gemini CLI reads a project's settings only where you have trusted the folder."
