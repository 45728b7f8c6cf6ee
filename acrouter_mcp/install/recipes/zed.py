"""Zed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Server, Setting
from acrouter_mcp.install.recipes.shared import remote
from acrouter_mcp.install.wishes import SERVER, TOOLS, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "zed"
TITLE = "Zed"
PROGRAM = None


def is_here(machine: Machine) -> bool:
    """Return whether Zed has left its traces here."""
    return _folder(machine).is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server, the tools' permissions and the permission; Zed has no hooks."""
    in_project = wish.scope == "project"
    settings = (machine.project / ".zed" if in_project else _folder(machine)) / "settings.json"
    yield Entry(settings, Server(("context_servers", SERVER), _server(wish)))
    for tool in TOOLS:
        path = ("agent", "tool_permissions", "tools", f"mcp:{SERVER}:{tool}", "default")
        yield Entry(settings, Setting(path, "allow"), wish.allow)
    memory = machine.project if in_project else _folder(machine)
    yield Entry(memory / "AGENTS.md", Block(PERMISSION), wish.instructions)


def notes(_machine: Machine, _wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    yield "Not tried with a real Zed: its agent panel's settings show whether the server runs."


def _folder(machine: Machine) -> Path:
    return machine.applications / "Zed" if machine.platform == "win32" else machine.config / "zed"


def _server(wish: Wish) -> dict[str, JSON]:
    return {**wish.stdio(), "env": {}} if wish.transport == "stdio" else remote(wish, http=("url", None))
