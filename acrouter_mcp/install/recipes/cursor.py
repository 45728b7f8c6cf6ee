"""Cursor."""

from __future__ import annotations

from collections.abc import Iterator

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Hooks, Rule, Server, Setting, Whole
from acrouter_mcp.install.recipes.shared import own_rule, remote
from acrouter_mcp.install.wishes import SERVER, TOOLS, Entry, Machine, Wish
from acrouter_mcp.install.words import PERMISSION

NAME = "cursor"
TITLE = "Cursor"
PROGRAM = "cursor-agent"
EVENTS = (
    "sessionStart",
    "beforeSubmitPrompt",
    "preToolUse",
    "postToolUse",
    "postToolUseFailure",
    "subagentStart",
    "subagentStop",
    "stop",
    "sessionEnd",
)


def is_here(machine: Machine) -> bool:
    """Return whether Cursor has left its traces here."""
    return (machine.home / ".cursor").is_dir()


def entries(machine: Machine, wish: Wish) -> Iterator[Entry]:
    """Yield the server, the rules of its CLI, the hooks, and in a project the permission."""
    in_project = wish.scope == "project"
    folder = (machine.project if in_project else machine.home) / ".cursor"
    yield Entry(folder / "mcp.json", Server(("mcpServers", SERVER), _server(wish)))
    for tool in TOOLS:
        rule = Rule(("permissions", "allow"), f"Mcp({SERVER}:{tool})")
        yield Entry(folder / ("cli.json" if in_project else "cli-config.json"), rule, wish.allow)
    yield Entry(folder / "hooks.json", Setting(("version",), 1), wish.hooks)
    hooks: dict[str, JSON] = {event: {"command": wish.hook(event, NAME)} for event in EVENTS}
    yield Entry(folder / "hooks.json", Hooks(hooks), wish.hooks)
    if in_project:
        rule_text = own_rule("description: Choosing a sub-agent's model\nalwaysApply: true", PERMISSION)
        yield Entry(folder / "rules" / "acrouter.mdc", Whole(rule_text), wish.instructions)


def notes(_machine: Machine, wish: Wish) -> Iterator[str]:
    """Yield what the user has to do."""
    yield "Not tried with a real Cursor: `acrouter-mcp doctor`, and a look at its MCP settings, say whether it works."
    if wish.scope == "user" and wish.instructions:
        yield f"Cursor keeps your own rules in its settings: add this there.\n{PERMISSION}"


def _server(wish: Wish) -> dict[str, JSON]:
    return wish.stdio() if wish.transport == "stdio" else remote(wish, http=("url", None), sse=("url", None))
