"""GitHub Copilot: its CLI, and VS Code where that is there or the project is configured."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Block, Hooks, Server, Setting
from acrouter_mcp.install.recipes import vscode
from acrouter_mcp.install.recipes.shared import HOOK_TIMEOUT_S, remote
from acrouter_mcp.install.wishes import SERVER, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "copilot"
TITLE = "Copilot"
PROGRAM = "copilot"
EVENTS = (
    "sessionStart",
    "userPromptSubmitted",
    "preToolUse",
    "postToolUse",
    "postToolUseFailure",
    "subagentStart",
    "subagentStop",
    "agentStop",
    "sessionEnd",
)


def is_here(machine: Machine) -> bool:
    """Return whether Copilot CLI has left its traces here."""
    return machine.folder("COPILOT_HOME", ".copilot").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server, the hooks and the permission."""
    if wish.scope == "project":
        servers, folder = machine.project / ".mcp.json", machine.project / ".github"
    else:
        folder = machine.folder("COPILOT_HOME", ".copilot")
        servers = folder / "mcp-config.json"
    yield Entry(servers, Server(("mcpServers", SERVER), _server(wish)))
    hooks = folder / "hooks" / "acrouter.json"
    yield Entry(hooks, Setting(("version",), 1), wish.hooks)
    yield Entry(hooks, Hooks({event: _hook(wish, event) for event in EVENTS}), wish.hooks)
    yield Entry(folder / "copilot-instructions.md", Block(PERMISSION), wish.instructions)
    if wish.scope == "project" or vscode.is_here(machine):
        yield from (entry for entry in vscode.entries(machine, wish) if entry.path.parent != folder)


def _server(wish: Wish) -> dict[str, JSON]:
    if wish.transport == "stdio":
        return {**wish.stdio(type="stdio" if wish.scope == "project" else "local"), "tools": ["*"]}
    return {**remote(wish, http=("url", "http"), sse=("url", "sse")), "tools": ["*"]}


def _hook(wish: Wish, event: str) -> JSON:
    command = wish.hook(event, NAME)
    return {"type": "command", "bash": command, "powershell": f"& {command}", "timeoutSec": HOOK_TIMEOUT_S}


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user may do."""
    if wish.allow:
        yield "Copilot keeps approvals by folder: allow the server once in each, or start with `--allow-tool acrouter`."
