"""What is read from the transcripts of real hosts: one session each, two sub-agents, the first failing its tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from acrouter_mcp.imports import READERS
from acrouter_mcp.imports.work import Usage, Work

MODELS = {
    "claude-code": ("claude-sonnet-5-5", "claude-haiku-5-5"),
    "codex": ("gpt-6.1-sol", "gpt-6-luna"),
    "copilot": ("gpt-6.1-sol", "claude-haiku-5.5"),
    "gemini": ("gemini-2.5-pro", "gemini-3.8-flash"),
    "opencode": ("mock/mock-1", "mock/mock-2"),
    "qwen": ("qwen3.7-plus", "qwen3.7-plus"),
}
FRESH, CACHED, OUTPUT = 1000, 400, 50
"""Tokens of each request, as the model said."""


def read(host: str, home: Path) -> list[Work]:
    return [work for path in READERS[host].sessions(home) for work in READERS[host].read(path)]


def lane(works: list[Work], name: str) -> Work:
    (found,) = (work for work in works if work.task.startswith(name))
    return found


@pytest.mark.parametrize("host", MODELS)
def test_turns_and_sub_agents_are_read(user: Path, host: str) -> None:
    works = read(host, user)
    main, routed = MODELS[host]
    assert len(works) == 3
    turn, red, green = lane([w for w in works if w.agent is None], ""), lane(works, "REDLANE"), lane(works, "GREENLANE")
    assert "Make the tests of this repository pass" in turn.task
    assert (turn.model, red.model, green.model) == (main, routed, routed)
    assert (red.passed, green.passed, turn.passed) == (False, True, None)
    assert [run.passed for run in green.runs] == [False, True]
    assert red.agent
    assert green.agent
    assert red.tool_use
    assert red.tool_use != green.tool_use
    assert turn.started < red.started < green.started
    assert red.ended is not None
    assert red.ended <= green.started
    assert len(turn.decisions) == (0 if host == "opencode" else 1)  # there its settings refused the question
    assert {work.session for work in works} == {turn.session}
    assert len({work.key for work in works}) == 3


@pytest.mark.parametrize("host", MODELS)
def test_tokens_are_counted_once_and_cached_ones_apart(user: Path, host: str) -> None:
    green = lane(read(host, user), "GREENLANE")
    (usage,) = green.usage.values()
    requests = usage.output // OUTPUT
    assert requests in (4, 5)  # three commands and the end; Codex looks for its shell first
    counted = (usage.input, usage.cache_read, usage.cache_write, usage.output)
    assert counted == (requests * FRESH, requests * CACHED, 0, requests * OUTPUT)
    told = green.usage[MODELS[host][1]].cost_usd
    expected = requests * (FRESH * 0.5 + CACHED * 0.05 + OUTPUT * 2.5) / 1e6 if host == "opencode" else None
    assert told == (pytest.approx(expected) if expected else None)


@pytest.mark.parametrize("host", [host for host in MODELS if host != "opencode"])
def test_a_transcript_that_is_being_written_or_is_broken_is_read_as_far_as_it_goes(user: Path, host: str) -> None:
    whole = {work.key: work for work in read(host, user)}
    for path in [path for path in user.rglob("*.jsonl") if path.is_file()]:
        text = path.read_bytes()
        for cut in range(0, len(text), max(1, len(text) // 7)):
            path.write_bytes(text[:cut])
            for work in read(host, user):
                assert work.key in whole
                assert len(work.runs) <= len(whole[work.key].runs)
        broken = (
            b"{\n[]\nnull\n"
            + text.replace(b"\n", b'\n{"type": 7, "message": [], "payload": 3, "data": []}\n')
            + b"\xff{"
        )
        path.write_bytes(broken)
    assert {work.key: work for work in read(host, user)}.keys() == whole.keys()


def test_a_transcript_that_isnt_there_has_nothing_to_tell(tmp_path: Path) -> None:
    for host in READERS:
        assert list(READERS[host].sessions(tmp_path)) == []
        assert READERS[host].read(tmp_path / "none.jsonl") == []


def test_an_archived_copy_of_a_codex_session_counts_once(user: Path) -> None:
    before = len(read("codex", user))
    archive = user / ".codex" / "archived_sessions"
    archive.mkdir()
    for path in list((user / ".codex" / "sessions").rglob("*.jsonl")):
        shutil.copy(path, archive)
    assert len(read("codex", user)) == before


def test_a_sum_of_unknown_costs_is_unknown() -> None:
    assert (Usage(output=1, cost_usd=0.5) + Usage(output=2)).cost_usd is None
    assert (Usage(output=1, cost_usd=0.5) + Usage(output=2, cost_usd=0.25)).cost_usd == 0.75
