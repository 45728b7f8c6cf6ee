"""`acrouter-mcp bench --from-memory` on memories that the tools have written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acrouter_mcp.cli import app
from acrouter_mcp.errors import UsageError

TASKS = 24
MODELS = ["claude-opus-4-6", "kimi-k2.5"]


def bench(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["bench", "--from-memory", *arguments])


@pytest.fixture
async def worked(connect: Any, home: Path) -> Path:
    """A memory of tasks that were all done well, by the cheap model or the dear one; one waits, one was tried twice."""
    async with connect() as client:
        for n in range(TASKS):
            task = f"Write a Python function that returns the {n}th term of a series."
            advice = (await client.call_tool("choose_model", {"task": task, "candidates": MODELS})).structured_content
            told = {"decision_id": advice["decision_id"], "quality": 1.0, "source": "user"}
            if n == 1:
                continue
            if n == 2:
                told["quality"] = 0.0
            await client.call_tool("record_outcome", {**told, "input_tokens": 1000, "output_tokens": 1000})
            if n == 2:
                retry = {"task": task, "retry_of": advice["decision_id"]}
                again = (await client.call_tool("choose_model", retry)).structured_content
                await client.call_tool("record_outcome", {**told, "decision_id": again["decision_id"], "quality": 1.0})
    return home


@pytest.mark.anyio
async def test_what_was_decided_is_compared_with_every_candidate_and_setting(worked: Path) -> None:
    done = bench("--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["decisions"] == TASKS - 1
    assert (report["left_out"]["outcome_unknown"], report["left_out"]["retries"]) == (1, 1)
    found = report["alternatives"]
    assert {f"always:{model}" for model in MODELS} | {"balanced", "best", "thrifty@0.02"} <= set(found)
    dear, cheap = found["always:claude-opus-4-6"], found["always:kimi-k2.5"]
    assert dear["cost_change"] <= 0 <= cheap["cost_change"]
    other = dear if dear["cost_change"] < 0 else cheap
    assert other["method"] == "model_based"
    low, high = other["quality_interval_95"]
    assert low < other["quality_difference"] < high
    same = found["thrifty@0.02"]
    assert same["overlap"] == same["n"] == TASKS - 1


@pytest.mark.anyio
async def test_people_read_a_sentence_and_a_table(worked: Path) -> None:
    done = bench("--routers", "always:claude-opus-4-6,balanced")
    assert done.exit_code == 0, done.output
    first = done.stdout.splitlines()[0]
    assert first.startswith("Compared with always-claude-opus-4-6: ")
    assert "cost, quality" in first
    assert "model-based" in done.stdout


@pytest.mark.anyio
async def test_it_only_reads(worked: Path) -> None:
    before = {path: path.read_bytes() for path in (worked / "data").rglob("*.db")}
    assert before
    assert bench("--json").exit_code == 0
    assert {path: path.read_bytes() for path in (worked / "data").rglob("*.db")} == before


@pytest.mark.usefixtures("home")
def test_an_empty_memory_says_what_to_do() -> None:
    done = bench("--json")
    assert done.exit_code == 0, done.output
    assert "Nothing to value yet" in done.stderr
    assert json.loads(done.stdout)["decisions"] == 0


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "said"), [("linucb", "'linucb' isn't always:MODEL"), ("thrifty@x", "the delta of 'thrifty@x' isn't")]
)
def test_an_alternative_that_means_nothing_is_refused(name: str, said: str) -> None:
    done = bench("--routers", name)
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


@pytest.mark.usefixtures("home")
def test_options_of_the_replay_are_refused() -> None:
    assert bench("--limit", "5").exit_code == 2
