"""`acrouter-mcp import`, on what real hosts wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acrouter_mcp.cli import app
from acrouter_mcp.errors import UsageError, UserError

RECORDED = Path(__file__).parent.parent / "recorded"


def run(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["import", *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_a_hosts_transcripts_are_imported_once(home: Path) -> None:
    user = home / "user"
    shutil.copytree(RECORDED / "codex" / "home", user)
    given = ("codex", "--home", str(user))
    assert run(*given, "--dry-run") == {"sessions": 1, "tasks": 3, "new": 3, "outcomes": 2}
    assert run(*given, "--dry-run")["new"] == 3
    rollout = max(user.rglob("*.jsonl"))  # the second sub-agent's
    whole = rollout.read_bytes()
    rollout.write_bytes(whole[: len(whole) // 2])  # it is still being written
    begun = run(*given)["new"]
    rollout.write_bytes(whole)
    assert run(*given) == {"sessions": 1, "tasks": 3, "new": 3 - begun, "outcomes": 2}
    assert run(*given)["new"] == 0
    assert run(*given, "--since", "2027-01-01") == {"sessions": 0, "tasks": 0, "new": 0, "outcomes": 0}
    listed = CliRunner().invoke(app, ["memory", "list", "--json"]).stdout
    assert sorted(one["quality"] for one in json.loads(listed) if one["quality"] is not None) == [0.0, 1.0]


def test_what_cant_be_used_is_refused(home: Path) -> None:
    with pytest.raises(UsageError, match="claude-code"):
        run("emacs")
    with pytest.raises(UsageError, match="yesterday"):
        run("codex", "--since", "yesterday")
    with pytest.raises(UserError, match="no git repository"):
        run("git")
