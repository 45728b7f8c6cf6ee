"""The server's router on the open part of CodeRouterBench, without vectors."""

from pathlib import Path

import pytest

from acrouter_mcp.bench import official
from acrouter_mcp.bench.protocol import Bandit, Setting
from acrouter_mcp.bench.replay import order_of, replay, router_rng
from acrouter_mcp.bench.routers.acrouter import Acrouter, AcrouterCascade
from acrouter_mcp.bench.routers.dimension_best import DimensionBest, DimensionBestCascade
from acrouter_mcp.bench.stream import Stream
from acrouter_mcp.bench.table import Table

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "coderouterbench"


@pytest.fixture(scope="module")
def stream() -> Stream:
    if not DATA.is_dir():
        pytest.skip(f"CodeRouterBench isn't in {DATA}")
    return official.read(DATA, "id")


@pytest.mark.parametrize(
    ("learner", "table", "argument", "saved"),
    [(Acrouter, DimensionBest, "", 15), (AcrouterCascade, DimensionBestCascade, "true_score@2", 2)],
)
def test_learning_beats_the_published_table_at_the_first_and_at_the_second_try(
    stream: Stream, learner: type[Bandit], table: type[Bandit], argument: str, saved: float
) -> None:
    learned, alone = (regret(row, stream, argument) for row in (learner, table))
    assert learned < alone - saved


def regret(row: type[Bandit], stream: Stream, argument: str) -> float:
    setting = Setting(
        stream=stream.name,
        models=stream.models,
        table=Table(stream.models),
        length=len(stream),
        rng=router_rng(0, 0),
        argument=argument,
    )
    return float(replay(row(setting), stream, order_of(stream, 0, 0)).regret(stream).sum())
