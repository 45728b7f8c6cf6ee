"""The agent hosts that are known, found by the name with which they introduce themselves."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from acrouter_mcp.hosts.agents import agents
from acrouter_mcp.hosts.host import JSON, Host

__all__ = ["JSON", "Host", "agents", "find_host", "hosts"]


@cache
def hosts() -> tuple[Host, ...]:
    """Return every known host."""
    tables = tomllib.loads(resources.files("acrouter_mcp.hosts").joinpath("hosts.toml").read_text(encoding="utf-8"))
    return tuple(Host.model_validate({"name": name, **table}) for name, table in tables.items())


def find_host(client_name: str | None) -> Host | None:
    """Return the host whose client calls itself `client_name` (`clientInfo.name`), or None."""
    if not client_name:
        return None
    return next((host for host in hosts() if host.recognises(client_name)), None)
