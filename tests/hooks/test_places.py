from __future__ import annotations

from pathlib import Path

import pytest

from acrouter_mcp.hooks import places
from acrouter_mcp.settings import Settings, user_config_file


def same(cwd: Path) -> bool:
    found, settings = places.find(str(cwd)), Settings.of_folder(cwd)
    return (found.data, found.memory, found.mode, found.runners) == (
        str(settings.data_dir),
        str(settings.memory_path),
        settings.hook_mode,
        settings.test_runners,
    )


def test_hooks_see_the_settings_as_the_server_does(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = home / "work"
    assert same(work)
    config = home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text('hook_mode = "advise"\nstore = "~/m.db"\ntest_runners = ["./ci.sh"]\n', encoding="utf-8-sig")
    assert same(work)
    (work / ".acrouter.toml").write_text('hook_mode = "enforce"\ntest_runners = ["just verify"]\n', encoding="utf-8")
    inner = work / "inner"
    inner.mkdir()
    assert same(inner)
    assert places.find(str(inner)).mode == "enforce"
    (inner / ".git").mkdir()  # another repository's
    assert same(inner)
    monkeypatch.setenv("ACROUTER_HOOK_MODE", "observe")
    monkeypatch.setenv("ACROUTER_TEST_RUNNERS", "./a.sh, ./b.sh")
    assert same(work)


def test_the_platforms_folders_are_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACROUTER_DATA_DIR", "ACROUTER_CONFIG", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    assert same(home / "work")
    assert places.user_config() == str(user_config_file())
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "d"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "c"))
    assert same(home / "work")
    assert places.user_config() == str(user_config_file())


def test_an_unknown_mode_only_observes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACROUTER_HOOK_MODE", "conquer")
    assert places.find(str(home)).mode == "observe"
