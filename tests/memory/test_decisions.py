"""Decisions: what comes back, what is open, and chains of retries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from acrouter_mcp.errors import UserError
from acrouter_mcp.memory import Memory, Verified
from acrouter_mcp.text import STORE_LIMIT
from acrouter_mcp.types import Decision, Dimension, OutcomeReport, Verdict

Make = Callable[..., Decision]
NOW = 1_790_000_000.0
DAY = 86_400.0
PROJECT = "github.com/acme/shop"


def test_a_decision_comes_back_as_it_was(memory: Memory, make_decision: Make) -> None:
    full = make_decision(parent="d0", root="d0", host="claude", base_revision="c0ffee", explored=True, language=None)
    memory.save_decision(full, None)
    assert memory.decision("d1") == full
    assert memory.exists("d1")
    assert not memory.exists("d2")


def test_work_that_was_never_asked_about(memory: Memory, make_decision: Make) -> None:
    bare = make_decision(recommended=None, recommended_word=None, chosen_by="host", propensities={}, words={})
    memory.save_decision(bare, None)
    assert memory.decision("d1") == bare


def test_the_stored_task_is_capped(memory: Memory, make_decision: Make) -> None:
    memory.save_decision(make_decision(task="x" * 1_000_000), None)
    assert len(memory.decision("d1").task) <= STORE_LIMIT


def test_open_decisions_of_a_project(
    memory: Memory, make_decision: Make, make_report: Callable[..., OutcomeReport]
) -> None:
    for name, days, project in (("new", 0, PROJECT), ("old", 6, PROJECT), ("gone", 8, PROJECT), ("else", 6.5, "other")):
        memory.save_decision(make_decision(name, created=NOW - days * DAY, project=project), None)
    memory.save_decision(make_decision("done", created=NOW - 6.9 * DAY), None)
    memory.report(make_report(decision_id="done"))
    found = memory.open_decisions(PROJECT, NOW)
    assert (found.count, found.oldest_id) == (2, "old")
    assert [memory.is_open(name, NOW) for name in ("new", "old", "gone", "else", "done")] == [1, 1, 0, 1, 0]


def test_nothing_open(memory: Memory) -> None:
    found = memory.open_decisions(PROJECT, NOW)
    assert (found.count, found.oldest_id) == (0, None)


def test_a_clock_that_went_back_leaves_a_decision_open(memory: Memory, make_decision: Make) -> None:
    memory.save_decision(make_decision(created=NOW + DAY), None)
    assert memory.is_open("d1", NOW)
    assert memory.open_decisions(PROJECT, NOW).count == 1


def test_an_expired_decision_can_still_be_closed(
    memory: Memory, make_decision: Make, make_report: Callable[..., OutcomeReport]
) -> None:
    memory.save_decision(make_decision(created=NOW - 30 * DAY), None)
    assert memory.report(make_report()).status == "closed"


def test_an_abandoned_decision_waits_no_more(memory: Memory, make_decision: Make) -> None:
    memory.save_decision(make_decision(), None)
    memory.abandon("d1")
    memory.abandon("d1")
    assert not memory.is_open("d1", NOW)
    assert memory.show("d1")["status"] == "abandoned"
    assert memory.lessons_since(0, 0).lessons == ()


def test_a_closed_decision_cant_be_abandoned(
    memory: Memory, make_decision: Make, make_report: Callable[..., OutcomeReport]
) -> None:
    memory.save_decision(make_decision(), None)
    memory.report(make_report())
    with pytest.raises(UserError, match="'d1' is closed already"):
        memory.abandon("d1")


def test_the_chain_of_retries_from_any_of_its_links(memory: Memory, make_decision: Make) -> None:
    memory.save_decision(make_decision("root"), None)
    memory.save_decision(make_decision("other"), None)
    memory.save_decision(make_decision("second", parent="root", root="root"), None)
    memory.save_decision(make_decision("third", parent="second", root="root"), None)
    for link in ("root", "second", "third"):
        assert [one.id for one in memory.chain(link)] == ["root", "second", "third"]
    assert [one.id for one in memory.chain("other")] == ["other"]


def test_a_chain_whose_root_was_forgotten(memory: Memory, make_decision: Make) -> None:
    memory.save_decision(make_decision("root"), None)
    memory.save_decision(make_decision("second", parent="root", root="root"), None)
    memory.forget(["root"])
    assert [one.id for one in memory.chain("second")] == ["second"]


def test_every_dimension_is_stored(memory: Memory, make_decision: Make) -> None:
    for dimension in Dimension:
        memory.save_decision(make_decision(dimension.value, dimension=dimension), None)
        assert memory.decision(dimension.value).dimension is dimension


def test_a_verification_comes_back_as_it_was(
    memory: Memory, make_decision: Make, make_verdict: Callable[..., Verdict]
) -> None:
    memory.save_decision(make_decision(), None)
    memory.save_verification("v1", "d1", NOW, make_verdict())
    memory.save_verification("v2", None, NOW, make_verdict("unsure", reason="\ud800 and \u202e"))
    assert memory.verification("v1") == Verified(decision_id="d1", verdict=make_verdict(), recorded=None)
    lone = memory.verification("v2")
    assert lone is not None
    assert (lone.decision_id, lone.verdict.reason) == (None, "\ufffd and \u202e")
    assert memory.verification("v3") is None


def test_a_verification_is_replaced_by_a_later_one_of_its_id(
    memory: Memory, make_verdict: Callable[..., Verdict]
) -> None:
    memory.save_verification("v1", None, NOW, make_verdict("unsure"))
    memory.save_verification("v1", None, NOW, make_verdict("fail"))
    assert memory.verification("v1") == Verified(decision_id=None, verdict=make_verdict("fail"), recorded=None)


def test_a_verification_of_an_unknown_decision_is_refused(memory: Memory, make_verdict: Callable[..., Verdict]) -> None:
    with pytest.raises(UserError, match="unknown 'nowhere'"):
        memory.save_verification("v1", "nowhere", NOW, make_verdict())
    assert memory.verification("v1") is None


def test_a_verification_under_way_is_known_until_it_ends_or_is_overdue(
    memory: Memory, make_decision: Make, make_report: Callable[..., OutcomeReport], make_verdict: Callable[..., Verdict]
) -> None:
    memory.save_decision(make_decision("d1"), None)
    memory.begin_verification("v1", NOW, NOW + 10)
    assert memory.verification_runs("v1", NOW + 5)
    assert not memory.verification_runs("v1", NOW + 11)
    assert not memory.verification_runs("v2", NOW)
    recorded = memory.report(make_report(decision_id="d1"))
    memory.save_verification("v1", "d1", NOW, make_verdict(), recorded)
    assert not memory.verification_runs("v1", NOW + 5)
    found = memory.verification("v1")
    assert found is not None
    assert found.recorded == recorded
