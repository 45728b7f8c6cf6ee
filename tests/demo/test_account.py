from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.demo import account
from acrouter_mcp.demo.account import Outcome, Step
from acrouter_mcp.demo.cast import Answer, CastModel, CastTask
from acrouter_mcp.types import Dimension

FIX, SORT = Dimension.BUG_FIXING, Dimension.ALGORITHM
PAPER = {FIX: {"dear": 0.7, "cheap": 0.6}, SORT: {"dear": 0.3, "cheap": 0.4}}
MATRIX = {
    "fix-1": {"dear": Outcome(quality=0.0, cost_usd=1.0), "cheap": Outcome(quality=1.0, cost_usd=0.1)},
    "fix-2": {"dear": Outcome(quality=0.0, cost_usd=1.0), "cheap": Outcome(quality=1.0, cost_usd=0.1)},
    "sort-1": {"dear": Outcome(quality=1.0, cost_usd=1.0), "cheap": Outcome(quality=1.0, cost_usd=0.1)},
}


def task(name: str, dimension: Dimension) -> CastTask:
    answers = (Answer(name="good", text="x" * 400), Answer(name="bad", text=""))
    cast = {"dear": "good", "cheap": "bad"}
    return CastTask(
        id=name, dimension=dimension, language="python", prompt="p" * 40, tests="t", answer=answers, cast=cast
    )


TASKS = [task("fix-1", FIX), task("fix-2", FIX), task("sort-1", SORT)]


def step(name: str, model: str, attempt: int = 1, expected: Mapping[str, float] | None = None) -> Step:
    dimension = FIX if name.startswith("fix") else SORT
    return Step(task_id=name, dimension=dimension, attempt=attempt, model=model, expected=expected or {})


STEPS = [
    step("fix-1", "dear", expected={"dear": 0.7, "cheap": 0.6}),
    step("fix-1", "cheap", attempt=2, expected={"cheap": 0.6}),
    step("sort-1", "cheap", expected={"cheap": 0.4}),
    step("fix-2", "cheap", expected={"cheap": 0.68, "dear": 0.65, "new": 0.5}),
]


def test_first_tries_are_scored_without_what_came_after() -> None:
    score = account.as_advised(STEPS, MATRIX)
    assert (score.solved, score.tasks) == (2, 3)
    assert score.cost_usd == pytest.approx(1.2)
    assert score.regret == pytest.approx(0.99 - (0.0 - 0.1))


def test_escalation_keeps_the_last_quality_and_pays_for_every_try() -> None:
    score = account.as_escalated(STEPS, MATRIX)
    assert score.solved == 3
    assert score.cost_usd == pytest.approx(1.3)
    assert score.regret == pytest.approx(0.1)


def test_the_best_on_paper_goes_by_dimension() -> None:
    score = account.best_on_paper(TASKS, PAPER, MATRIX)
    assert score.solved == 1
    assert score.cost_usd == pytest.approx(2.1)
    assert score.regret == pytest.approx(2 * (0.99 + 0.1))


def test_the_paper_in_order_stops_where_a_task_is_solved() -> None:
    score = account.paper_in_order(TASKS, PAPER, MATRIX)
    assert score.solved == 3
    assert score.cost_usd == pytest.approx(2 * 1.1 + 0.1)


def test_one_model_for_everything() -> None:
    score = account.always("dear", MATRIX)
    assert (score.name, score.solved) == ("always dear", 1)
    assert score.cost_usd == pytest.approx(3.0)


def test_the_matrix_has_each_models_quality_and_price() -> None:
    models = [CastModel(key="d", id="dear", verbosity=1.0), CastModel(key="c", id="cheap", verbosity=1.0)]
    matrix = account.outcomes(TASKS, models, {"dear": (10.0, 100.0), "cheap": (1.0, 10.0)})
    row = matrix["fix-1"]
    assert (row["dear"].quality, row["cheap"].quality) == (1.0, 0.0)
    read, written = TASKS[0].tokens_of(models[0])
    assert row["dear"].cost_usd == pytest.approx((read * 10 + written * 100) / 1e6)
    assert row["cheap"].cost_usd < row["dear"].cost_usd


def test_a_shift_compares_the_first_task_of_a_dimension_with_its_last() -> None:
    fixing, sorting = account.shifts(STEPS)
    assert (fixing.dimension, fixing.first, fixing.last) == (FIX, "dear", "cheap")
    assert fixing.expected == {"cheap": (0.6, 0.68), "dear": (0.7, 0.65)}
    assert (sorting.first, sorting.last) == ("cheap", "cheap")


outcome = st.builds(Outcome, quality=st.floats(0, 1), cost_usd=st.floats(0, 5))
rows = st.fixed_dictionaries({"dear": outcome, "cheap": outcome})


@given(st.fixed_dictionaries(dict.fromkeys(MATRIX, rows)))
def test_no_strategy_has_less_regret_than_the_oracle(matrix: dict[str, dict[str, Outcome]]) -> None:
    assert account.oracle(matrix).regret == pytest.approx(0)
    for score in (
        account.as_advised(STEPS, matrix),
        account.as_escalated(STEPS, matrix),
        account.best_on_paper(TASKS, PAPER, matrix),
        account.paper_in_order(TASKS, PAPER, matrix),
        account.always("cheap", matrix),
    ):
        assert score.regret >= -1e-9
