"""OpenCode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Server, Whole
from acrouter_mcp.install.plugin import opencode_plugin
from acrouter_mcp.install.recipes.shared import remote, workers
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "opencode"
TITLE = "OpenCode"
PROGRAM = "opencode"


def is_here(machine: Machine) -> bool:
    """Return whether OpenCode has left its traces here."""
    return (machine.config / "opencode").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server, the plugin, the permission and worker agents."""
    if wish.scope == "project":
        folder, own = machine.project, machine.project / ".opencode"
    else:
        folder = own = machine.config / "opencode"
    yield Entry(_settings(folder), Server(("mcp", SERVER), _server(wish)))
    yield Entry(own / "plugins" / "acrouter.js", Whole(opencode_plugin(wish)), wish.hooks)
    yield Entry(folder / "AGENTS.md", Block(PERMISSION), wish.instructions)
    if wish.models:
        yield from workers(own / "agents", wish, NAME)


def _settings(folder: Path) -> Path:
    names = ("opencode.jsonc", "opencode.json")
    return next((folder / name for name in names if (folder / name).exists()), folder / "opencode.json")


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        return {"type": "local", "command": list(wish.command), "enabled": True}
    return {**remote(wish, http=("url", "remote"), sse=("url", "remote")), "enabled": True}


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user may do."""
    if not wish.models:
        yield (
            "OpenCode's agent picks a model only by picking an agent: name the models that it may delegate to by "
            "`--worker provider/model`, or let the plugin route (hook_mode `enforce`)."
        )
