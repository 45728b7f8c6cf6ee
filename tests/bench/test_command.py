"""`acrouter-mcp bench` on the synthetic stream and on the open part of the benchmark, through the real command."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acrouter_mcp.cli import app

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "coderouterbench"
KEYS = {"avg_perf", "cum_reg", "cost_usd", "perf_per_usd", "cum_reg_sd", "n", "orders", "feedback", "seen_answer"}
STATIC = "dimension_best,oracle,random,always"

with_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"CodeRouterBench isn't in {DATA}")


def bench(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["bench", "--json", "--jobs", "1", *arguments])
    assert done.exit_code == 0, done.output
    table: dict[str, Any] = json.loads(done.stdout)
    return table


def test_without_data_a_synthetic_stream_is_replayed_and_said_to_be_one() -> None:
    done = CliRunner().invoke(app, ["bench", "--json", "--jobs", "1", "--routers", STATIC, "--orders", "2"])
    assert "synthetic" in done.stderr
    table = json.loads(done.stdout)
    assert {name: set(views) for name, views in table.items()} == {
        "id": {"complete", "measured"},
        "ood": {"complete", "old112", "new64"},
    }
    row = table["id"]["complete"]["always:gpt-5.4"]
    assert set(row) >= KEYS
    assert row["perf_per_usd"] == pytest.approx(row["avg_perf"] / row["cost_usd"])
    assert table["id"]["complete"]["oracle"]["cum_reg"] == 0
    assert table["ood"]["old112"]["random"]["orders"] == 2


def test_figures_depend_on_the_seed_alone() -> None:
    first, again = (bench("--routers", "random", "--orders", "2", "--seed", "3", "--stream", "ood") for _ in range(2))
    other = bench("--routers", "random", "--orders", "2", "--seed", "4", "--stream", "ood")
    assert first == again != other


@with_data
def test_known_figures_of_the_open_part() -> None:
    rows = bench("--data", str(DATA), "--stream", "id", "--routers", STATIC, "--orders", "1")["id"]["complete"]
    assert rows["oracle"]["n"] == 2032
    assert rows["dimension_best"]["cum_reg"] == pytest.approx(204.6, abs=0.05)


def test_a_row_that_a_stream_has_no_meaning_for_is_left_out_and_said_so() -> None:
    wanted = "always:gpt-5.4,always:gpt-9,acrouter_cascade:apply_ok@2"
    arguments = ["bench", "--json", "--jobs", "1", "--stream", "id", "--limit", "5", "--routers", wanted]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.stdout)["id"]["complete"]) == {"always:gpt-5.4"}
    assert "no row always:gpt-9: 'gpt-9' means nothing on id" in done.stderr
    assert "no row acrouter_cascade:apply_ok@2" in done.stderr
