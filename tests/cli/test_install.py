"""`acrouter-mcp install` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from acrouter_mcp.cli import app
from acrouter_mcp.errors import UserError


@pytest.fixture
def user(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the user's own with Codex in it."""
    monkeypatch.setenv("HOME", str(home / "home"))
    monkeypatch.setenv("USERPROFILE", str(home / "home"))
    for name in ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "COPILOT_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    (home / "home" / ".codex").mkdir(parents=True)
    return home / "home"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_dry_run_shows_the_exact_change_and_makes_none(user: Path) -> None:
    config = user / ".codex" / "config.toml"
    config.write_text("model = 'gpt-6-sol'\n", encoding="utf-8")
    shown = run("install", "codex", "--dry-run")
    assert shown.exit_code == 0
    assert f"+++ {config}" in shown.stdout
    assert "+[mcp_servers.acrouter]" in shown.stdout
    assert [path.name for path in (user / ".codex").iterdir()] == ["config.toml"]
    assert config.read_text(encoding="utf-8") == "model = 'gpt-6-sol'\n"


def test_a_backup_is_kept_until_uninstall(user: Path, home: Path) -> None:
    config = user / ".codex" / "config.toml"
    config.write_text("model = 'gpt-6-sol'\n", encoding="utf-8")
    (report,) = json.loads(run("install", "codex", "--json").stdout)
    assert str(config) in report["changed"]
    assert Path(report["backups"]).joinpath("0-config.toml").read_text(encoding="utf-8") == "model = 'gpt-6-sol'\n"
    assert json.loads(run("install", "codex", "--json").stdout)[0]["changed"] == []
    run("uninstall", "codex")
    assert [path.name for path in (user / ".codex").iterdir()] == ["config.toml"]
    assert not (home / "data" / "installed").exists()


def test_without_a_name_all_that_are_here_are_installed_after_asking(user: Path) -> None:
    refused = run("install")
    assert "--yes" in str(refused.exception)
    assert "codex" in str(refused.exception)
    assert isinstance(refused.exception, UserError)
    assert [one["host"] for one in json.loads(run("install", "--yes", "--json").stdout)] == ["codex"]
    assert [one["host"] for one in json.loads(run("uninstall", "--yes", "--json").stdout)] == ["codex"]


def test_what_does_not_fit_is_refused(user: Path) -> None:
    assert "there are" in str(run("install", "codexx").exception)
    assert "url" in str(run("install", "codex", "--url", "http://127.0.0.1:1/mcp").exception)
    assert "scope" in str(run("install", "claude-desktop", "--scope", "project").exception)


def test_another_command_and_a_running_server_can_be_written(user: Path) -> None:
    config = user / ".codex" / "config.toml"
    run("install", "codex", "--command", "acrouter-mcp", "--no-allow", "--no-hooks", "--no-instructions")
    assert config.read_text(encoding="utf-8") == '[mcp_servers.acrouter]\ncommand = "acrouter-mcp"\nargs = []\n'
    assert [path.name for path in (user / ".codex").iterdir()] == ["config.toml"]
    run("install", "codex", "--transport", "http")
    assert 'url = "http://127.0.0.1:8765/mcp"' in config.read_text(encoding="utf-8")
    run("uninstall", "codex")
    assert not list((user / ".codex").iterdir())
