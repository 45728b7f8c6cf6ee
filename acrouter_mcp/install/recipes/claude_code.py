"""Claude Code."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Hooks, Rule, Server
from acrouter_mcp.install.recipes.shared import grouped_hooks, remote, workers
from acrouter_mcp.install.wishes import SERVER, TOOLS, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "claude-code"
TITLE = "Claude Code"
PROGRAM = "claude"
EVENTS = {
    "SessionStart": None,
    "UserPromptSubmit": None,
    "PreToolUse": "Task|Agent",
    "PostToolUse": "Task|Agent|Bash",
    "PostToolUseFailure": "Task|Agent|Bash",
    "SubagentStart": None,
    "SubagentStop": None,
    "Stop": None,
    "SessionEnd": None,
}


def is_here(machine: Machine) -> bool:
    """Return whether Claude Code has left its traces here."""
    return machine.folder("CLAUDE_CONFIG_DIR", ".claude").exists() or (machine.home / ".claude.json").exists()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server, the rules, the hooks and the permission."""
    if wish.scope == "project":
        servers, folder = machine.project / ".mcp.json", machine.project / ".claude"
        memory = machine.project / "CLAUDE.md"
    else:
        folder = machine.folder("CLAUDE_CONFIG_DIR", ".claude")
        servers = folder / ".claude.json" if "CLAUDE_CONFIG_DIR" in machine.env else machine.home / ".claude.json"
        memory = folder / "CLAUDE.md"
    yield Entry(servers, Server(("mcpServers", SERVER), _server(wish)))
    for tool in TOOLS:
        rule = Rule(("permissions", "allow"), f"mcp__{SERVER}__{tool}")
        yield Entry(folder / "settings.json", rule, wish.allow)
    yield Entry(folder / "settings.json", Hooks(grouped_hooks(wish, NAME, EVENTS)), wish.hooks)
    yield Entry(memory, Block(PERMISSION), wish.instructions)
    if wish.models:  # beyond those that its tool takes by name
        yield from workers(folder / "agents", wish, NAME)


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        return wish.stdio(type="stdio")
    return remote(wish, http=("url", "http"), sse=("url", "sse"))


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    if wish.scope == "project":
        yield "Claude Code asks once in this project whether the server may run; say yes."
