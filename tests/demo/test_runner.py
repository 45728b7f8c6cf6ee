from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from acrouter_mcp.demo.account import SOLVED, Step
from acrouter_mcp.demo.cast import GOOD, CastTask, load_cast, load_models
from acrouter_mcp.demo.runner import Report, perform, shortfalls, sum_up
from acrouter_mcp.demo.session import connect
from acrouter_mcp.errors import UserError
from acrouter_mcp.types import Dimension
from acrouter_mcp.verification import Engine

pytestmark = pytest.mark.anyio
needs_sandbox = pytest.mark.skipif(Engine().isolation().tier == "none", reason="no sandbox works here")


def of(dimension: Dimension) -> tuple[CastTask, ...]:
    tasks = [task for task in load_cast() if task.dimension is dimension]
    return tasks[0], tasks[-1]


async def told(tasks: tuple[CastTask, ...]) -> tuple[Report, str]:
    out = io.StringIO()
    report = await perform(Console(file=out, width=200), tasks)
    return report, out.getvalue()


@pytest.mark.slow
@needs_sandbox
async def test_tasks_go_through_the_whole_loop() -> None:
    report, text = await told((*of(Dimension.BUG_FIXING), *of(Dimension.CODE_UNDERSTANDING)))
    assert not report.problems
    assert report.summary is not None
    assert report.summary.escalated.solved == 4
    for part in ("✗ fail", "✓ pass", "a person says", "recalled", "learned", "router's mind", "mcp add"):
        assert part in text


@pytest.mark.slow
@needs_sandbox
async def test_a_verdict_that_is_not_the_truth_makes_the_demo_fall_short() -> None:
    task = load_cast()[0]
    swapped = task.model_copy(update={"cast": dict.fromkeys(task.cast, GOOD), "tests": "assert 1 == 2\n"})
    report, text = await told((swapped,))
    assert report.problems
    assert "Fell short" in text


@pytest.mark.slow
async def test_a_memory_of_nothing_makes_the_demo_fall_short() -> None:
    first, last = of(Dimension.CODE_UNDERSTANDING)
    report, text = await told((last.model_copy(update={"paraphrase_of": first.id}), first))
    assert report.problems
    assert "did not find" in text


@pytest.mark.slow
async def test_a_refused_call_is_told_in_the_servers_words(tmp_path: Path) -> None:
    async with connect(tmp_path) as session:
        with pytest.raises(UserError, match="choose_model was refused"):
            await session.choose(load_cast()[0], [], None)


def steps_by(pick: dict[str, str]) -> list[Step]:
    return [
        Step(task_id=task.id, dimension=task.dimension, attempt=1, model=pick[task.id], expected={})
        for task in load_cast()
    ]


def test_the_account_covers_what_was_played_at_published_figures() -> None:
    tasks, models = load_cast(), load_models()
    right = {task.id: next(m.id for m in models if task.quality_of(m.id) >= SOLVED) for task in tasks}
    found = sum_up(steps_by(right)[:10], tasks, models)
    assert (found.first_tries.solved, found.first_tries.tasks) == (10, 10)
    assert found.dearest.cost_usd > found.oracle.cost_usd
    assert shortfalls(1.0, found) == []


def test_more_regret_than_the_best_on_paper_falls_short() -> None:
    tasks, models = load_cast(), load_models()
    wrong = {task.id: min((task.quality_of(m.id), m.id) for m in models)[1] for task in tasks}
    found = sum_up(steps_by(wrong), tasks, models)
    assert found.first_tries.solved == 0
    assert any("best on paper" in problem for problem in shortfalls(1.0, found))


def test_taking_too_long_falls_short() -> None:
    assert "it took 100 s" in shortfalls(100.0, None)[0]
