"""Listing, showing, counting and forgetting."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from acrouter_mcp.errors import UserError
from acrouter_mcp.memory import Memory
from acrouter_mcp.types import Decision, Dimension, OutcomeReport, Vector, Verdict

Make = Callable[..., Decision]
Report = Callable[..., OutcomeReport]
Unit = Callable[..., Vector]
DAY = 86_400.0


def names(memory: Memory, **only: object) -> list[str]:
    return [one.id for one in memory.list_decisions(**only)]


@pytest.fixture
def four(memory: Memory, make_decision: Make, make_report: Report) -> Memory:
    """A closed, an open, an expired and an abandoned decision, in order of age."""
    now = time.time()
    for age, name in enumerate(("closed", "open", "abandoned")):
        memory.save_decision(make_decision(name, created=now - age), None)
    memory.save_decision(make_decision("expired", created=now - 8 * DAY, project="other", used="opus"), None)
    memory.report(make_report("user", 0.75, decision_id="closed", cost_usd=0.5))
    memory.abandon("abandoned")
    return memory


def test_the_newest_first(four: Memory) -> None:
    assert names(four) == ["closed", "open", "abandoned", "expired"]
    assert names(four, limit=2) == ["closed", "open"]


@pytest.mark.parametrize("status", ["closed", "open", "abandoned", "expired"])
def test_by_status(four: Memory, status: str) -> None:
    assert names(four, status=status) == [status]
    assert [one.status for one in four.list_decisions() if one.id == status] == [status]


def test_by_project_dimension_and_arm(four: Memory) -> None:
    assert names(four, project="other") == ["expired"]
    assert names(four, arm="opus", status="expired") == ["expired"]
    assert names(four, dimension=Dimension.ALGORITHM) == []
    assert len(names(four, dimension=Dimension.BUG_FIXING, project="github.com/acme/shop")) == 3


def test_a_line_of_the_list(four: Memory) -> None:
    line = four.list_decisions(status="closed")[0]
    assert (line.quality, line.cost_usd, line.used, line.task) == (0.75, 0.5, "haiku", "mend the parser of closed")
    assert four.list_decisions(status="open")[0].quality is None


def test_everything_of_one(four: Memory, make_report: Report, make_verdict: Callable[..., Verdict]) -> None:
    four.save_verification("v1", "closed", 5.0, make_verdict())
    four.report(make_report("agent", 0.1, decision_id="closed", note="poor"))
    shown = json.loads(json.dumps(four.show("closed")))
    assert shown["decision"]["propensities"] == {"haiku": 0.98, "opus": 0.02}
    assert [(one["source"], one["learned"]) for one in shown["outcomes"]] == [("user", True), ("agent", False)]
    assert [one["quality"] for one in shown["lessons"]] == [0.75]
    assert [(one["id"], one["verdict"], one["trace"]) for one in shown["verifications"]] == [
        ("v1", "pass", {"steps": [1, {"two": None}]})
    ]
    assert (shown["status"], shown["quality"], shown["attempts"]) == ("closed", 0.75, 1)


def test_everything_of_one_that_is_open(four: Memory) -> None:
    shown = four.show("open")
    assert (shown["status"], shown["quality"], shown["outcomes"], shown["attempts"]) == ("open", None, [], 0)


def test_counts(four: Memory, make_decision: Make, make_report: Report) -> None:
    four.save_decision(make_decision("second"), None)
    four.report(make_report("user", 0.25, decision_id="second"))
    stats = four.stats()
    assert (stats.decisions, stats.closed, stats.outcomes, stats.unembedded) == (5, 2, 2, 5)
    assert stats.index_kind == "vec0"
    assert stats.file_bytes > 4096
    (row,) = stats.by_arm
    assert (row.dimension, row.arm, row.n, row.quality) == ("bug_fixing", "haiku", 2, 0.5)
    assert (row.cost_usd, row.expected_costs) == (pytest.approx((0.5 + 0.01) / 2), 1)


@pytest.mark.parametrize("kind", ["auto", "numpy"])
def test_what_is_forgotten_leaves_no_trace_in_the_file(
    path: Path, kind: str, make_decision: Make, make_report: Report, make_verdict: Callable[..., Verdict], unit: Unit
) -> None:
    first = Memory.open(path)
    first.use_embedder("small", "sha", 8)
    secret = "the launch code is swordfish"
    for name, words in (("d1", secret), ("d2", "nothing special")):
        first.save_decision(make_decision(name, task=words, project=words), unit(len(words)))
        first.report(make_report(decision_id=name, note=words))
        first.save_verification(f"of {name}", name, 1.0, make_verdict(reason=words))
    first.close()
    memory = Memory.open(path, kind)
    memory.use_embedder("small", "sha", 8)
    assert memory.forget(["d1"]) == 1
    everything = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"swordfish" not in everything
    assert unit(len(secret)).tobytes() not in everything
    assert b"nothing special" in everything
    assert [near.decision_id for near in memory.search(unit(1), 9)] == ["d2"]
    assert memory.check() == []
    memory.close()


def test_forgetting_a_project(four: Memory) -> None:
    assert four.forget_project("github.com/acme/shop") == 3
    assert four.forget_project("github.com/acme/shop") == 0
    assert names(four) == ["expired"]


def test_forgetting_what_is_old(four: Memory, make_verdict: Callable[..., Verdict]) -> None:
    four.save_verification("lone", None, 5.0, make_verdict())
    four.save_verification("young", None, time.time(), make_verdict())
    assert four.forget_before(time.time() - DAY) == 1
    assert names(four) == ["closed", "open", "abandoned"]
    assert four.verification("lone") is None
    assert four.verification("young") is not None


def test_forgetting_an_unknown_one_forgets_nothing(four: Memory) -> None:
    with pytest.raises(UserError, match="unknown 'nowhere'"):
        four.forget(["open", "nowhere"])
    assert four.exists("open")


def test_forgetting_nothing_disturbs_nobody(four: Memory) -> None:
    before = four.lessons_since(-1, 0)
    assert four.forget([]) == 0
    assert four.lessons_since(-1, 0) == before


def test_forgetting_one_twice_in_a_call(four: Memory) -> None:
    assert four.forget(["open", "open"]) == 1
