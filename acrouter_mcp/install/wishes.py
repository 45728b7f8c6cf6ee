"""What an installation is asked for, and where: everything that a host's recipe may look at."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install.edits import Edit

Scope = Literal["user", "project"]
Transport = Literal["stdio", "http", "sse"]
SERVER = "acrouter"
"""The server's name in every host's configuration."""
TOOLS = ("choose_model", "verify_solution", "record_outcome", "recall_similar")


@dataclass(frozen=True, slots=True)
class Machine:
    """Whose files, on what platform."""

    home: Path
    project: Path
    """The project's root."""
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    platform: str = sys.platform

    def folder(self, variable: str, default: str) -> Path:
        """Return the folder that an environment variable names, else `default` under the home folder."""
        named = self.env.get(variable)
        return Path(named) if named else self.home / default

    @property
    def config(self) -> Path:
        """Where programs keep their settings (`~/.config`, also on macOS for those that say so)."""
        return self.folder("XDG_CONFIG_HOME", ".config")

    @property
    def applications(self) -> Path:
        """Where desktop programs keep their data."""
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        return self.folder("APPDATA", "AppData/Roaming") if self.platform == "win32" else self.config


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted in a host."""

    command: tuple[str, ...]
    """How to start the server: an absolute path, and arguments if it isn't our own executable."""
    scope: Scope = "user"
    transport: Transport = "stdio"
    url: str = ""
    """Of a running server, for http and sse."""
    allow: bool = True
    hooks: bool = True
    instructions: bool = True
    agents: bool = True
    models: tuple[str, ...] = ()
    """What worker agents are made for, in the host's words; empty: the host's menu."""

    def hook(self, event: str, host: str) -> str:
        """Return the command line of a hook."""
        words = [*self.command, "hook", event, "--host", host]
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

    def stdio(self, **more: JSON) -> dict[str, JSON]:
        """Return the server's table as most hosts write it."""
        return {**more, "command": self.command[0], "args": list(self.command[1:])}


@dataclass(frozen=True, slots=True)
class Entry:
    """One edit of one file; `wanted` false takes an entry of an earlier installation out again."""

    path: Path
    edit: Edit
    wanted: bool = True


class Recipe(Protocol):
    """A host's module: where its files are and what belongs into them."""

    NAME: str
    TITLE: str
    PROGRAM: str | None
    """Its command line, if it has one."""

    def is_here(self, machine: Machine) -> bool:
        """Return whether the host has left its traces on this machine."""
        ...

    def entries(self, machine: Machine, wish: Wish) -> Iterator[Entry]:
        """Yield every entry that an installation may have put, wanted or not.

        Raises:
            UserError: the host can't have what is wished for.
        """
        ...

    def notes(self, machine: Machine, wish: Wish) -> Iterator[str]:
        """Yield what the user has to know or do."""
        ...
