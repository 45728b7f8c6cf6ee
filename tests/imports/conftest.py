from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

RECORDED = Path(__file__).parent.parent / "recorded"
"""What real hosts wrote, run against a model on this machine (`HOSTTESTS_RECORD=tests/recorded make test-hosts`)."""


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the recorded transcripts of all hosts."""
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "user"
    for recorded in RECORDED.glob("*/home"):
        shutil.copytree(recorded, home, dirs_exist_ok=True)
    database = home / ".local" / "share" / "opencode" / "opencode.db"
    database.parent.mkdir(parents=True)
    tables: dict[str, list[list[Any]]] = json.loads((RECORDED / "opencode" / "opencode.json").read_text("utf-8"))
    columns = {
        "session": "id, parent_id, directory, time_created",
        "message": "id, session_id, time_created, data",
        "part": "id, message_id, session_id, time_created, data",
    }
    with closing(sqlite3.connect(database)) as connection:
        for name, rows in tables.items():
            connection.execute(f"CREATE TABLE {name} ({columns[name]})")
            marks = ", ".join("?" * len(columns[name].split(", ")))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608
        connection.commit()
    return home
