"""Export and import."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from acrouter_mcp.errors import UserError
from acrouter_mcp.memory import Memory
from acrouter_mcp.types import Decision, OutcomeReport, Vector, Verdict

Make = Callable[..., Decision]
Report = Callable[..., OutcomeReport]
Unit = Callable[..., Vector]
Rows = list[dict[str, Any]]


@pytest.fixture
def full(
    memory: Memory, make_decision: Make, make_report: Report, make_verdict: Callable[..., Verdict], unit: Unit
) -> Memory:
    for n in range(3):
        memory.save_decision(make_decision(f"d{n}"), unit(n))
    memory.report(make_report("verifier", 0.0, decision_id="d0", solution_digest="x", arm="opus"))
    memory.report(make_report("verifier", 1.0, decision_id="d0", solution_digest="y"))
    memory.report(make_report("user", 0.5, decision_id="d1", cost_usd=0.1))
    memory.save_verification("v0", "d0", 1.0, make_verdict("fail"))
    memory.save_verification("lone", None, 1.0, make_verdict())
    memory.abandon("d2")
    return memory


@pytest.fixture
def rows(full: Memory) -> Rows:
    """What a file of JSON lines would hold."""
    return [json.loads(json.dumps(row)) for row in full.export()]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Memory]:
    memory = Memory.open(tmp_path / "elsewhere.db")
    memory.use_embedder("small", "sha", 8)
    yield memory
    memory.close()


def test_everything_arrives(full: Memory, rows: Rows, empty: Memory, unit: Unit) -> None:
    assert empty.import_rows(rows) == 4
    assert list(empty.export()) == list(full.export())
    for n in range(3):
        assert empty.decision(f"d{n}") == full.decision(f"d{n}")
        theirs, ours = full.show(f"d{n}"), empty.show(f"d{n}")
        del theirs["lessons"], ours["lessons"]
        assert ours == theirs
    assert empty.search(unit(0), 9) == full.search(unit(0), 9)
    assert empty.count_unembedded() == 0
    assert empty.verification("lone") == full.verification("lone")
    learned = {(one.decision_id, one.arm, one.quality) for one in empty.lessons_since(-1, 0).lessons}
    assert learned == {("d0", "opus", 0.0), ("d1", "haiku", 0.5)}


def test_importing_again_changes_nothing(rows: Rows, empty: Memory, full: Memory) -> None:
    empty.import_rows(rows)
    lessons = empty.lessons_since(-1, 0)
    assert empty.import_rows(rows) == 0
    assert full.import_rows(rows) == 0
    assert empty.lessons_since(-1, 0) == lessons


def test_what_was_heard_elsewhere_is_ranked_with_what_was_heard_here(
    rows: Rows, empty: Memory, full: Memory, make_report: Report
) -> None:
    empty.import_rows(rows)
    empty.report(make_report("agent", 0.9, decision_id="d1"))
    empty.report(make_report("user", 1.0, decision_id="d2"))
    assert full.import_rows(list(empty.export())) == 2
    assert full.show("d1")["quality"] == 0.5
    assert len(full.show("d1")["outcomes"]) == 2
    assert full.show("d2")["status"] == "closed"


def test_an_exported_row_needs_no_embedder_here(rows: Rows, tmp_path: Path, unit: Unit) -> None:
    memory = Memory.open(tmp_path / "third.db", "numpy")
    memory.import_rows(rows)
    memory.use_embedder("small", "sha", 8)
    assert memory.search(unit(1), 1)[0].decision_id == "d1"
    memory.close()


def without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(row: dict[str, Any]) -> None:
        for part in path[:-1]:
            row = row[part]
        del row[path[-1]]

    return change


def put(value: object, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(row: dict[str, Any]) -> None:
        for part in path[:-1]:
            row = row[part]
        row[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (without("decision", "task"), "task"),
        (without("type"), "type"),
        (put("poem", "type"), "type|tag"),
        (put(2, "format"), "format"),
        (put("soon", "decision", "created"), "created"),
        (put(float("nan"), "decision", "created"), "created"),
        (put("cooking", "decision", "dimension"), "dimension"),
        (put({"haiku": "good"}, "decision", "priors"), "priors"),
        (put(7, "outcomes", 0, "quality"), "quality"),
        (put(0, "outcomes", 0, "weight"), "weight"),
        (put("gossip", "outcomes", 0, "source"), "source"),
        (put("***", "vectors", 0, "data"), "base64"),
        (put("AAAA", "vectors", 0, "data"), "3 bytes"),
        (put("A" * 43, "vectors", 0, "data"), "base64"),
        (put("maybe", "verifications", 0, "verdict", "verdict"), "verdict"),
        (put(1, "surprise"), "surprise"),
    ],
)
def test_a_broken_row_is_refused_with_its_number_and_nothing_is_imported(
    rows: Rows, empty: Memory, break_it: Callable[[dict[str, Any]], None], why: str
) -> None:
    broken = copy.deepcopy(rows[0])
    broken["decision"]["id"] = "broken"
    break_it(broken)
    with pytest.raises(UserError, match=rf"^row 3: .*({why}).*nothing was imported"):
        empty.import_rows([rows[1], rows[2], broken])
    assert empty.list_decisions() == []
    assert empty.import_rows(rows) == 4


@pytest.mark.parametrize("odd", [None, 1, "text", [], {}])
def test_a_row_that_is_no_row(empty: Memory, odd: object) -> None:
    with pytest.raises(UserError, match=r"^row 1: "):
        empty.import_rows([odd])


def test_a_source_that_fails_midway_imports_nothing(rows: Rows, empty: Memory) -> None:
    def torn() -> Iterator[dict[str, Any]]:
        yield rows[0]
        raise OSError("torn")

    with pytest.raises(OSError, match="torn"):
        empty.import_rows(torn())
    assert empty.list_decisions() == []


def test_more_than_a_page_is_exported(memory: Memory, make_decision: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acrouter_mcp.memory.transfer.PAGE", 3)
    for n in range(8):
        memory.save_decision(make_decision(f"d{n}"), None)
    exporting = memory.export()
    assert next(exporting)["decision"]["id"] == "d0"
    memory.save_decision(make_decision("d8"), None)
    assert [row["decision"]["id"] for row in exporting] == [f"d{n}" for n in range(1, 9)]
