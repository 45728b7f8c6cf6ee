"""OpenCode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install import jsonc
from acrouter_mcp.install.edits import Block, Server, Whole
from acrouter_mcp.install.files import read, text_of
from acrouter_mcp.install.plugin import opencode_plugin
from acrouter_mcp.install.recipes.shared import remote, workers
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "opencode"
TITLE = "OpenCode"
PROGRAM = "opencode"
MOST = 12
"""Models that get a worker unasked: each worker's description is in every request."""


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
    models = _configured(_settings(folder), _settings(machine.config / "opencode"))
    yield from workers(own / "agents", wish, NAME, models=models, front="mode: subagent\n")


def _configured(*files: Path) -> tuple[str, ...]:
    """Return the models that the user's own settings name, as `provider/model`; there are few of them or none."""
    found: list[str] = []
    for file in files:
        said = jsonc.parse(text_of(read(file), file)).value
        said = said if isinstance(said, dict) else {}
        found += [name for key in ("model", "small_model") if isinstance(name := said.get(key), str)]
        for provider, own in _table(said.get("provider")).items():
            found += [f"{provider}/{name}" for name in _table(_table(own).get("models"))]
    return tuple(dict.fromkeys(name for name in found if "/" in name))[:MOST]


def _table(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _settings(folder: Path) -> Path:
    names = ("opencode.jsonc", "opencode.json")
    return next((folder / name for name in names if (folder / name).exists()), folder / "opencode.json")


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        return {"type": "local", "command": list(wish.command), "enabled": True}
    return {**remote(wish, http=("url", "remote"), sse=("url", "remote")), "enabled": True}


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user may do."""
    if not wish.models and wish.agents:
        yield (
            "OpenCode's agent picks a model only by picking an agent: there is a worker for each model that your own "
            "settings name; name others by `--worker provider/model`, or let the plugin route (hook_mode `enforce`)."
        )
