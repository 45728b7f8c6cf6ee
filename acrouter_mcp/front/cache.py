"""What the server answered to the questions of a handshake, by this very code: a file in the user's cache folder."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
from typing import Any

METHODS = frozenset(
    {
        "initialize",
        "ping",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "server/discover",
        "tools/list",
    }
)
"""Requests whose answers depend on the protocol's version and on nothing else."""
_VERSION = "io.modelcontextprotocol/protocolVersion"
_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SOURCES = ("__init__.py", "guide.py", "loop/answers.py", "loop/arguments.py", "schema.py", "server.py", "toolkit.py",
            "tools/__init__.py", "tools/choose_model.py", "tools/recall_similar.py", "tools/record_outcome.py",
            "tools/verify_solution.py")  # fmt: skip
"""What the answers are made of, besides the SDK."""


def question(message: object, session_version: str | None) -> str | None:
    """Return the name under which the answer to a request is kept; None if it isn't one that can be.

    `session_version` is the version that `initialize` asked for, where there was one.
    """
    if not isinstance(message, dict):
        return None
    method, params = message.get("method"), message.get("params") or {}
    if method not in METHODS or not isinstance(params, dict):
        return None
    if method == "initialize":
        version = params.get("protocolVersion")
    elif set(params) <= {"_meta"}:
        meta = params.get("_meta")
        version = (meta.get(_VERSION) if isinstance(meta, dict) else None) or session_version
    else:
        return None
    return f"{method} {version}" if isinstance(version, str) and len(version) < 40 else None


def read() -> dict[str, Any]:
    """Return the answers by question; none where there is no cache, or it is of other code, or broken."""
    try:
        with open(_path(), encoding="utf-8") as file:
            kept = json.load(file)
    except (OSError, ValueError):
        return {}
    answers = kept.get("answers") if isinstance(kept, dict) and kept.get("code") == _code() else None
    return answers if isinstance(answers, dict) else {}


def write(answers: dict[str, Any]) -> None:
    """Store the answers for the next start; where that can't be done, it answers a little later."""
    path = _path()
    half = f"{path}.{os.getpid()}"
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(half, "w", encoding="utf-8") as file:
            json.dump({"code": _code(), "answers": answers}, file)
        os.replace(half, path)


def _path() -> str:
    home = os.path.expanduser("~")
    usual = os.path.join(home, "Library", "Caches") if sys.platform == "darwin" else os.path.join(home, ".cache")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or usual, "acrouter-mcp", "handshake.json")


def _code() -> list[Any]:
    """Return what changes whenever the code does that makes the answers: files' times and sizes."""
    sdk = importlib.util.find_spec("mcp")
    files = [os.path.join(_FOLDER, name) for name in _SOURCES]
    found: list[Any] = [sys.version]
    for name in [*files, sdk.origin if sdk and sdk.origin else ""]:
        try:
            stat = os.stat(name)
        except OSError:
            found.append(None)
        else:
            found.append([name, stat.st_mtime_ns, stat.st_size])
    return found
