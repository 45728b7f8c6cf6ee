"""Where things lie and what is switched on, without importing the settings: they take longer than a hook has.

`tests/hooks/test_places.py` holds this to `acrouter_mcp.settings`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as typing's, whose import takes longer than what is done here
if TYPE_CHECKING:
    from typing import Any

APP = "acrouter-mcp"
MODES = ("observe", "advise", "enforce")


class Places:
    """What a hook needs to know of the settings: data folder, memory's file, mode, and further test commands."""

    __slots__ = ("data", "memory", "mode", "runners")

    def __init__(self, data: str, memory: str, mode: str, runners: tuple[str, ...]) -> None:
        self.data, self.memory, self.mode, self.runners = data, memory, mode, runners


def find(cwd: str | None) -> Places:
    """Return what holds for work in the folder `cwd`: environment, then the project's file, then the user's."""
    user = _toml(user_config())
    project_file = _project_file(cwd) if cwd else None
    project = _toml(project_file) if project_file else {}
    data = _said("DATA_DIR") or _text(user.get("data_dir")) or os.path.join(_base("data"), APP)
    data = os.path.expanduser(data)
    store = _said("STORE") or _text(user.get("store"))
    mode = _said("HOOK_MODE") or _text(project.get("hook_mode")) or _text(user.get("hook_mode"))
    return Places(
        data=data,
        memory=os.path.expanduser(store) if store else os.path.join(data, "memory.db"),
        mode=mode if mode in MODES else "observe",
        runners=_words(_said("TEST_RUNNERS") or project.get("test_runners") or user.get("test_runners")),
    )


def user_config() -> str:
    """Return the path of the user's settings file."""
    return os.path.expanduser(os.environ.get("ACROUTER_CONFIG") or os.path.join(_base("config"), APP, "config.toml"))


def runtime_folder() -> str:
    """Return the private folder in which servers say where they listen."""
    run = os.environ.get("XDG_RUNTIME_DIR")
    if run and os.path.isdir(run):
        return os.path.join(run, APP)
    if sys.platform == "win32":
        return os.path.join(_base("data"), APP, "run")
    temp = os.environ.get("TMPDIR") if sys.platform == "darwin" else None
    return os.path.join(temp or "/tmp", f"{APP}-{os.getuid()}")  # noqa: S108 - private: made 0700 and checked


def patience() -> float:
    """Return by how much the limits are longer than usual: tests with real hosts run on machines that are busy."""
    try:
        return max(1.0, float(os.environ.get("ACROUTER_HOOK_PATIENCE", "1")))
    except ValueError:
        return 1.0


def _said(name: str) -> str | None:
    return os.environ.get(f"ACROUTER_{name}") or None


def _base(kind: str) -> str:
    """Return the platform's folder for a user's data or configuration, as platformdirs has it."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support")
    named = os.environ.get("XDG_DATA_HOME" if kind == "data" else "XDG_CONFIG_HOME", "").strip()
    return named or os.path.expanduser("~/.local/share" if kind == "data" else "~/.config")


def _project_file(cwd: str) -> str | None:
    """Return the nearest `.acrouter.toml` from `cwd` upwards, not above a git root."""
    folder = cwd
    while True:
        if os.path.isfile(os.path.join(folder, ".acrouter.toml")):
            return os.path.join(folder, ".acrouter.toml")
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = above


def _toml(path: str) -> dict[str, Any]:
    """Return a settings file's content; an absent or broken one says nothing (the server and doctor complain)."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return {}
    import tomllib

    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except ValueError:
        return {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    return (
        tuple(word.strip() for word in value if isinstance(word, str) and word.strip())
        if isinstance(value, list)
        else ()
    )
