"""What several hosts write in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from acrouter_mcp.errors import UsageError
from acrouter_mcp.hosts import JSON, hosts
from acrouter_mcp.install.edits import MADE, Whole
from acrouter_mcp.install.wishes import Entry, Wish

HOOK_TIMEOUT_S = 5
"""After which a host gives a hook up; ours gives itself up after one."""


def grouped_hooks(wish: Wish, host: str, events: Mapping[str, str | None], *, unit: int = 1) -> dict[str, JSON]:
    """Return hooks in Claude Code's form; `events` maps each to the tools it is heard of, `unit` is parts of 1 s."""
    return {event: _group(wish.hook(event, host), tools, HOOK_TIMEOUT_S * unit) for event, tools in events.items()}


def _group(command: str, tools: str | None, timeout: int) -> JSON:
    run: JSON = [{"type": "command", "command": command, "timeout": timeout}]
    return {"hooks": run} if tools is None else {"matcher": tools, "hooks": run}


def remote(wish: Wish, **forms: tuple[str, str | None]) -> dict[str, JSON]:
    """Return a remote server's table; `forms` maps each transport to its URL's key and its `type`, if it has one."""
    if wish.transport not in forms:
        raise UsageError(f"transport: this host has no {wish.transport}; use {' or '.join(('stdio', *forms))}")
    name, kind = forms[wish.transport]
    return {name: wish.url} if kind is None else {"type": kind, name: wish.url}


def user_only(wish: Wish, title: str) -> None:
    """Refuse what only hosts with settings by project can have."""
    if wish.scope == "project":
        raise UsageError(f"scope: {title} has no settings by project; use --scope user")


def own_rule(front: str, text: str) -> str:
    """Return a rule's file of our own, with its front matter."""
    head = f"---\n{front}\n---\n" if front else ""
    return f"{head}<!-- {MADE} -->\n\n{text}\n"


def workers(folder: Path, wish: Wish, host: str, *, models: tuple[str, ...] = (), front: str = "") -> Iterator[Entry]:
    """Yield one agent file a model, for a host whose agent picks a model only by picking an agent.

    `models` are taken where the user wishes for none by name, else the host's menu; `front` joins the front matter.
    """
    menu = next(known.menu for known in hosts() if known.name == host)
    for model in wish.models or models or menu:
        yield Entry(folder / f"{worker_name(model)}.md", Whole(worker(model, front)), wish.agents)


def worker(model: str, front: str = "") -> str:
    """Return the file of the worker agent that runs on `model`."""
    return WORKER.format(name=worker_name(model), model=model, made=MADE, front=front)


def worker_name(model: str) -> str:
    """Return the name of the worker agent that runs on `model`."""
    return "acrouter-" + "".join(c if c.isalnum() else "-" for c in model.lower().rpartition("/")[2]).strip("-")


WORKER = """\
---
name: {name}
description: A worker on the model {model}. Use it for a subtask that acrouter's choose_model gives to {model}.
model: {model}
{front}---
<!-- {made} -->
Do the task that you are given, completely and on your own. Run the tests where there are any. Answer with what you did,
what you found, and what is left open.
"""
