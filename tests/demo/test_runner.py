from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from acrouter_mcp.demo.cast import GOOD, CastTask, load_cast
from acrouter_mcp.demo.runner import run
from acrouter_mcp.demo.session import connect
from acrouter_mcp.errors import UserError
from acrouter_mcp.types import Dimension
from acrouter_mcp.verification import Engine

pytestmark = [pytest.mark.slow, pytest.mark.anyio]
needs_sandbox = pytest.mark.skipif(Engine().isolation().tier == "none", reason="no sandbox works here")


def of(dimension: Dimension) -> tuple[CastTask, ...]:
    tasks = [task for task in load_cast() if task.dimension is dimension]
    return tasks[0], tasks[-1]


async def perform(tasks: tuple[CastTask, ...]) -> tuple[bool, str]:
    out = io.StringIO()
    ok = await run(Console(file=out, width=200), tasks)
    return ok, out.getvalue()


@needs_sandbox
async def test_tasks_go_through_the_whole_loop() -> None:
    ok, text = await perform((*of(Dimension.BUG_FIXING), *of(Dimension.MULTI_LANGUAGE)))
    assert ok, text
    for part in ("✗ fail", "✓ pass", "a person says", "recalled", "learned", "router's mind", "4 of 4", "mcp add"):
        assert part in text


@needs_sandbox
async def test_a_verdict_that_is_not_the_truth_makes_the_demo_fall_short() -> None:
    task = load_cast()[0]
    swapped = task.model_copy(update={"cast": dict.fromkeys(task.cast, GOOD), "tests": "assert 1 == 2\n"})
    ok, text = await perform((swapped,))
    assert not ok
    assert "Fell short" in text


async def test_a_memory_of_nothing_makes_the_demo_fall_short() -> None:
    first, last = of(Dimension.CODE_UNDERSTANDING)
    ok, text = await perform((last.model_copy(update={"paraphrase_of": first.id}), first))
    assert not ok
    assert "did not find" in text


async def test_a_refused_call_is_told_in_the_servers_words(tmp_path: Path) -> None:
    async with connect(tmp_path) as session:
        with pytest.raises(UserError, match="choose_model was refused"):
            await session.choose(load_cast()[0], [], None)
