"""The rules of the replay: what a router is told, when a cascade ends, what is kept and paid."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.bench import synthetic
from acrouter_mcp.bench.protocol import Bandit, Outcome, Pick, Setting
from acrouter_mcp.bench.replay import order_of, replay
from acrouter_mcp.bench.stream import Stream, Task
from acrouter_mcp.bench.table import Table
from acrouter_mcp.types import Dimension

ID = synthetic.stream("id").first(40)
OOD = synthetic.stream("ood").first(30)


class Listed(Bandit):
    """Tries the models in the order of their columns, and writes down what it is told."""

    title = "listed"
    limit, stop = 1, None

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.heard: list[tuple[Task, Outcome, tuple[str, ...]]] = []

    @property
    def tries(self) -> int:
        return self.limit

    @property
    def signal(self) -> str | None:
        return self.stop

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        return Pick(self.setting.models[len(tried)])

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        self.heard.append((task, outcome, tuple(tried)))


def listed(stream: Stream, tries: int = 1, signal: str | None = None) -> Listed:
    router = Listed(Setting(stream=stream.name, models=stream.models, table=Table(stream.models), length=len(stream)))
    router.limit, router.stop = tries, signal
    return router


def test_a_router_hears_of_the_model_that_it_chose_and_of_no_other() -> None:
    router = listed(ID)
    run = replay(router, ID, order_of(ID, 0, 0))
    assert [outcome.model for _, outcome, _ in router.heard] == [ID.models[0]] * len(ID)
    assert run.score == pytest.approx(ID.score[:, 0])
    assert run.cost == pytest.approx(ID.cost[:, 0])


def test_a_task_tells_neither_its_id_nor_its_source() -> None:
    shown = set(Task.__dataclass_fields__)
    assert shown == {"text", "dimension", "language", "kind", "vector"}
    assert all(task.dimension is Dimension.AGENTIC_PROGRAMMING for task in OOD.tasks)


@given(tries=st.integers(1, 8), seed=st.integers(0, 5))
def test_a_cascade_ends_when_the_signal_says_so_and_every_try_is_paid(tries: int, seed: int) -> None:
    router = listed(ID, tries, "true_score")
    run = replay(router, ID, order_of(ID, seed, 0))
    solved = ID.signals["true_score"]
    for at in range(len(ID)):
        used = min(int(solved[at].argmax()) + 1 if solved[at].any() else len(ID.models), tries)
        assert run.score[at] == ID.score[at, :used].max()
        assert run.cost[at] == pytest.approx(ID.cost[at, :used].sum())
    assert max(len(tried) for _, _, tried in router.heard) < tries


def test_under_a_weak_signal_the_accepted_try_is_kept_whatever_its_true_score() -> None:
    run = replay(listed(OOD, 8, "apply_ok"), OOD, order_of(OOD, 0, 0))
    accepted = OOD.signals["apply_ok"].argmax(axis=1)
    some = OOD.signals["apply_ok"].any(axis=1)
    assert run.score[some] == pytest.approx(OOD.score[np.flatnonzero(some), accepted[some]])


def test_a_warm_start_tells_every_model_s_outcome_after_the_choice() -> None:
    class Warm(Listed):
        warm = 5

    router = Warm(listed(ID).setting)
    run = replay(router, ID, order_of(ID, 0, 0))
    assert run.score == pytest.approx(ID.score[:, 0])
    assert len(router.heard) == 5 * len(ID.models) + len(ID) - 5
    assert len({(task.text, outcome.model) for task, outcome, _ in router.heard[: 5 * len(ID.models)]}) > 30


def test_a_router_that_names_nobody_s_model_is_refused() -> None:
    class Wrong(Listed):
        def choose(self, task: Task, tried: Sequence[str]) -> Pick:
            return Pick("gpt-9")

    router = Wrong(listed(ID).setting)
    with pytest.raises(ValueError, match="gpt-9"):
        replay(router, ID, order_of(ID, 0, 0))


def test_regret_is_against_the_oracle_of_the_reward() -> None:
    run = replay(listed(ID), ID, order_of(ID, 0, 0))
    assert (run.regret(ID) >= -1e-12).all()
    dear = replace(ID, cost=ID.cost + 1.0)
    assert run.regret(ID).sum() == pytest.approx(replay(listed(dear), dear, order_of(dear, 0, 0)).regret(dear).sum())
