"""The law of lessons: folding them as they come equals folding what stands."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from acrouter_mcp.memory import LessonBatch, Memory
from acrouter_mcp.types import Decision, Lesson, OutcomeReport

DECISIONS = ("d0", "d1", "d2")


class Fold:
    """A receiver of lessons: how often it holds each observation."""

    def __init__(self) -> None:
        self.held: Counter[Lesson] = Counter()
        self.generation = -1
        self.seq = 0

    def take(self, batch: LessonBatch) -> None:
        if batch.reset:
            self.held.clear()
        for lesson in batch.lessons:
            if lesson.replaces is not None:
                self.held[bare(lesson.replaces)] -= 1
            if lesson.quality is not None:
                self.held[bare(lesson)] += 1
            self.seq = lesson.seq
        self.generation = batch.generation

    def catch_up(self, memory: Memory) -> None:
        self.take(memory.lessons_since(self.generation, self.seq))


def bare(lesson: Lesson) -> Lesson:
    return dataclasses.replace(lesson, seq=0, replaces=None)


reports = st.tuples(
    st.sampled_from(DECISIONS),
    st.sampled_from(["user", "ci", "verifier", "host", "agent"]),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([None, "haiku", "opus"]),
    st.sampled_from([None, "x", "y"]),
    st.sampled_from([None, 0.1]),
)
steps = st.lists(st.one_of(reports, st.just("catch up"), st.sampled_from(["forget d0", "forget d2"])), max_size=25)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_folding_as_they_come_equals_folding_what_stands(
    make_decision: Callable[..., Decision],
    make_report: Callable[..., OutcomeReport],
    steps: list[str | tuple[str, str, float, str | None, str | None, float | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory.open(Path(folder) / "memory.db", "numpy")
        for name in DECISIONS:
            memory.save_decision(make_decision(name), None)
        follower = Fold()
        follower.catch_up(memory)
        for step in steps:
            if step == "catch up":
                follower.catch_up(memory)
            elif isinstance(step, str):
                name = step.removeprefix("forget ")
                if memory.exists(name):
                    memory.forget([name])
            elif memory.exists(step[0]):
                name, source, quality, arm, digest, cost = step
                heard = make_report(source, quality, decision_id=name, arm=arm, solution_digest=digest, cost_usd=cost)
                recorded = memory.report(heard)
                assert recorded.arm == memory.decision(name).used
        follower.catch_up(memory)
        anew = Fold()
        anew.catch_up(memory)
        closed = [name for name in DECISIONS if memory.exists(name) and not memory.is_open(name, 0.0)]
        memory.close()
        assert +follower.held == +anew.held
        assert all(count >= 0 for count in follower.held.values())
        assert sorted(lesson.decision_id for lesson in anew.held) == closed


def test_a_new_receiver_gets_what_stands_and_nothing_to_subtract(
    memory: Memory, make_decision: Callable[..., Decision], make_report: Callable[..., OutcomeReport]
) -> None:
    memory.save_decision(make_decision(), None)
    memory.report(make_report("agent", 0.5))
    memory.report(make_report("user", 1.0))
    batch = memory.lessons_since(-1, 0)
    assert batch.reset
    assert [(lesson.quality, lesson.replaces) for lesson in batch.lessons] == [(1.0, None)]
    assert memory.lessons_since(batch.generation, batch.lessons[-1].seq) == LessonBatch(
        generation=batch.generation, reset=False, lessons=()
    )


def test_numbers_of_lessons_are_never_used_again(
    memory: Memory, make_decision: Callable[..., Decision], make_report: Callable[..., OutcomeReport]
) -> None:
    memory.save_decision(make_decision("d1"), None)
    memory.report(make_report())
    (before,) = memory.lessons_since(-1, 0).lessons
    memory.forget(["d1"])
    memory.save_decision(make_decision("d1"), None)
    memory.report(make_report())
    batch = memory.lessons_since(0, before.seq)
    assert batch.reset
    assert batch.lessons[0].seq > before.seq
