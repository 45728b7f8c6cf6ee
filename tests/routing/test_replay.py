"""The router on the open part of CodeRouterBench, through the benchmark's own replay."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def replay() -> ModuleType:
    path = ROOT / "benchmarks" / "routing.py"
    spec = importlib.util.spec_from_file_location("routing_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    if not (module.DEFAULT_DATA / module.RESULTS).is_file():
        pytest.skip(f"CodeRouterBench isn't in {module.DEFAULT_DATA}")
    return module


@pytest.mark.slow
def test_learning_beats_the_published_table_at_the_first_and_at_the_second_try(replay: ModuleType) -> None:
    tasks = replay.read_stream(replay.DEFAULT_DATA)
    table = replay.Table(sorted(tasks[0].scores))
    for tries, saved in ((1, 15), (2, 2)):
        alone = replay.summarise("table", tries, replay.by_table(table, tries), tasks, 1)
        learned = replay.summarise("router", tries, replay.with_router(table, tries, "balanced"), tasks, 2)
        assert learned.cum_reg < alone.cum_reg - saved
