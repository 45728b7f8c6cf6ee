"""Codex."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Hooks, Table
from acrouter_mcp.install.recipes.shared import grouped_hooks, remote
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "codex"
TITLE = "Codex"
PROGRAM = "codex"
EVENTS = {
    "SessionStart": None,
    "UserPromptSubmit": None,
    "PreToolUse": None,
    "PostToolUse": None,
    "SubagentStart": None,
    "SubagentStop": None,
    "Stop": None,
}


def is_here(machine: Machine) -> bool:
    """Return whether Codex has left its traces here."""
    return machine.folder("CODEX_HOME", ".codex").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server with its approval, the hooks and the permission."""
    in_project = wish.scope == "project"
    folder = machine.project / ".codex" if in_project else machine.folder("CODEX_HOME", ".codex")
    yield Entry(folder / "config.toml", Table(("mcp_servers", SERVER), _server(wish)))
    yield Entry(folder / "hooks.json", Hooks(grouped_hooks(wish, NAME, EVENTS)), wish.hooks)
    yield Entry((machine.project if in_project else folder) / "AGENTS.md", Block(PERMISSION), wish.instructions)


def _server(wish: Wish) -> dict[str, JSON]:
    table = wish.stdio() if wish.transport == "stdio" else remote(wish, http=("url", None))
    return {**table, "default_tools_approval_mode": "approve"} if wish.allow else table


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    if wish.hooks:
        yield "Codex runs no hook before you trust it: start `codex`, and confirm the hooks that it shows (or /hooks)."
    if wish.scope == "project":
        yield "Codex reads a project's configuration only where you have trusted the project."
