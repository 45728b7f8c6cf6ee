"""A memory that can't be used: every tool says so, or answers without it, and the server lives."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.anyio
CHOOSE = {"task": "Write add(a, b)", "candidates": ["gpt-5.4"]}
ADD = {"solution": "def add(a, b):\n    return a + b\n", "tests": "from solution import add\nassert add(1, 2) == 3\n"}


def corrupt(path: Path) -> None:
    path.write_bytes(b"this is not a database at all, " * 500)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 4711")
    database.close()


def folder(path: Path) -> None:
    path.mkdir()


@pytest.fixture
def memory_file(home: Path) -> Path:
    path = home / "data" / "memory.db"
    path.parent.mkdir()
    return path


@pytest.mark.parametrize("spoil", [corrupt, newer, folder])
async def test_each_tool_names_the_file_and_the_server_lives(connect: Any, memory_file: Path, spoil: Any) -> None:
    spoil(memory_file)
    before = memory_file.read_bytes() if memory_file.is_file() else None
    async with connect() as client:
        for tool, arguments in (
            ("choose_model", CHOOSE),
            ("record_outcome", {"task": "t", "model": "gpt-5.4", "quality": 1}),
            ("recall_similar", {"task": "t"}),
        ):
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert str(memory_file) in result.content[0].text
        verdict = await client.call_tool("verify_solution", ADD)
        assert verdict.structured_content["verdict"] == "pass"
        assert str(memory_file) in verdict.structured_content["next"]["why"]
    if before is not None:
        assert memory_file.read_bytes() == before


async def test_the_next_call_works_when_the_cause_is_gone(connect: Any, memory_file: Path) -> None:
    folder(memory_file)
    async with connect() as client:
        assert (await client.call_tool("choose_model", CHOOSE)).is_error
        memory_file.rmdir()
        assert not (await client.call_tool("choose_model", CHOOSE)).is_error


async def test_a_data_folder_that_cannot_be_made_is_said(connect: Any, home: Path) -> None:
    (home / "data").write_text("a file where the folder should be", encoding="utf-8")
    async with connect() as client:
        result = await client.call_tool("choose_model", CHOOSE)
        assert result.is_error
        assert str(home / "data") in result.content[0].text


LOCKER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock in another process: locks don't hold between two SQLites of one process."""
    command = [sys.executable, "-c", LOCKER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"locked"
        yield
        other.communicate()


async def test_a_locked_memory_is_said_after_the_busy_time_out_and_nothing_is_lost(
    connect: Any, memory_file: Path
) -> None:
    async with connect() as client:
        assert not (await client.call_tool("choose_model", CHOOSE)).is_error
        with locked(memory_file):
            result = await client.call_tool("choose_model", CHOOSE)
        assert result.is_error
        assert "lock" in result.content[0].text
        again = await client.call_tool("choose_model", CHOOSE)
        assert again.structured_content["open_decisions"]["count"] == 1


async def test_a_broken_setting_is_said_by_every_tool(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACROUTER_DELTA", "plenty")
    async with connect() as client:
        assert len((await client.list_tools()).tools) == 4
        result = await client.call_tool("choose_model", CHOOSE)
        assert result.is_error
        assert "delta" in result.content[0].text
        monkeypatch.delenv("ACROUTER_DELTA")
        assert not (await client.call_tool("choose_model", CHOOSE)).is_error


async def test_a_broken_embedder_costs_the_neighbours_only(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACROUTER_EMBEDDER", "BAAI/bge-small-en-v1.5")
    async with connect() as client:
        recalled = await client.call_tool("recall_similar", {"task": "t"})
        assert recalled.is_error
        assert "bge-small-en-v1.5" in recalled.content[0].text
        advice = await client.call_tool("choose_model", CHOOSE)
        assert "bge-small-en-v1.5" in advice.structured_content["reason"]
