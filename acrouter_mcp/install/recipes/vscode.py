"""VS Code with Copilot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Server, Whole
from acrouter_mcp.install.recipes.shared import own_rule, remote
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "vscode"
TITLE = "VS Code"
PROGRAM = None


def is_here(machine: Machine) -> bool:
    """Return whether VS Code has left its traces here."""
    return _user(machine).is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server and the permission; its hooks are Copilot CLI's or Claude Code's, which it reads."""
    if wish.scope == "project":
        yield Entry(machine.project / ".vscode" / "mcp.json", Server(("servers", SERVER), _server(wish)))
        instructions = machine.project / ".github" / "copilot-instructions.md"
        yield Entry(instructions, Block(PERMISSION), wish.instructions)
    else:
        folder = _user(machine)
        yield Entry(folder / "mcp.json", Server(("servers", SERVER), _server(wish)))
        rule = own_rule('applyTo: "**"', PERMISSION)
        yield Entry(folder / "prompts" / "acrouter.instructions.md", Whole(rule), wish.instructions)


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user may do."""
    if wish.allow:
        yield "VS Code asks before the first call of each tool; choose to allow it always."
    if wish.hooks:
        yield "For hooks in VS Code install `copilot --scope project` or `claude-code` too: it reads theirs."


def _user(machine: Machine) -> Path:
    return machine.applications / "Code" / "User"


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        return wish.stdio(type="stdio")
    return remote(wish, http=("url", "http"), sse=("url", "sse"))
