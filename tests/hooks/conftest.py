from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from acrouter_mcp.memory import Memory


@dataclass
class Ran:
    status: int
    out: str

    @property
    def answer(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


@dataclass
class Hooks:
    """Runs the real hook, as a host does."""

    root: Path
    runtime: Path
    env: dict[str, str]

    def run(self, event: str, payload: object, host: str = "claude-code", **env: str) -> Ran:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        command = [sys.executable, "-m", "acrouter_mcp", "hook", event, "--host", host]
        done = subprocess.run(
            command, input=data, capture_output=True, env={**self.env, **env}, timeout=30, check=False
        )
        return Ran(done.returncode, done.stdout.decode())

    @property
    def memory(self) -> Path:
        return self.root / "data" / "memory.db"

    def rows(self) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.memory)) as connection:
            return connection.execute("SELECT kind, agent, tool_use, detail FROM event ORDER BY n").fetchall()

    def log(self) -> str:
        path = self.root / "data" / "hook.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def hooks(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    """Hooks of a user with an empty memory, on a machine however busy."""
    Memory.open(home / "data" / "memory.db").close()
    # A socket's path has no room for pytest's folders.
    run = Path(tempfile.mkdtemp(prefix="acr-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    (home / "data" / "follow.mark").write_text("", encoding="ascii")
    os.utime(home / "data" / "follow.mark", (4e9, 4e9))  # nobody is to look at what has ended: the test does
    yield Hooks(home, run, {**os.environ, "ACROUTER_HOOK_PATIENCE": "20"})
    shutil.rmtree(run)
