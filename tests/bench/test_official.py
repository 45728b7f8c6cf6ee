"""The official layout: plain and gzipped, and what is said of a folder that isn't it."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from acrouter_mcp.bench.official import read
from acrouter_mcp.errors import UserError
from acrouter_mcp.types import Dimension

MODELS = ("gpt-5.4", "glm-5")
ID_COLUMNS = ("task_id", "model", "score", "cost_usd", "input_tokens", "output_tokens", "latency_ms")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two ID tasks, the second with an imputed cell."""
    tasks = ["dim1_mbpp_1", "dim3_swebench_x"]
    dimensions = ["code_generation", "bug_fixing"]
    write_lines(
        tmp_path / "id_test_tasks.jsonl",
        [{"task_id": task, "dimension": dimension} for task, dimension in zip(tasks, dimensions, strict=True)],
    )
    text = "\n".join(
        json.dumps({"task_id": task, "prompt": f"Do {task[:4]} in Rust", "language": "rust"}) for task in tasks
    )
    (tmp_path / "id_test_prompts.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    rows = [
        (task, model, at / 2, 0.01, 10, 20, 0 if (task, model) == (tasks[1], MODELS[0]) else 900)
        for at, task in enumerate(tasks)
        for model in MODELS
    ]
    write_csv(tmp_path / "id_test_results_long.csv", ID_COLUMNS, rows)
    (tmp_path / "decisions").mkdir()
    write_lines(tmp_path / "decisions" / "logreg.jsonl", [{"task_id": tasks[0], "chosen_model": "glm-5"}])
    return tmp_path


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def write_csv(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def test_a_stream_is_read(folder: Path) -> None:
    stream = read(folder, "id")
    assert stream.models == tuple(sorted(MODELS))
    assert [task.dimension for task in stream.tasks] == [Dimension.CODE_GENERATION, Dimension.BUG_FIXING]
    assert stream.tasks[0].language == "rust"
    assert stream.score.tolist() == [[0, 0], [0.5, 0.5]]
    assert stream.sources == ("dim1_mbpp", "dim3_swebench")
    assert stream.decisions == {"logreg": ("glm-5", None)}
    assert stream.only("measured").ids == ("dim1_mbpp_1",)


def test_a_stream_of_agentic_tasks_is_read(tmp_path: Path) -> None:
    rows = [{"task_id": f"{half}::a", "source_split": half, "dimension": "bug_fixing"} for half in ("old112", "new64")]
    write_lines(tmp_path / "ood176_tasks.jsonl", rows)
    columns = ("task_id", "model", "resolved", "apply_ok", "cost_usd", "in_tok", "out_tok")
    write_csv(
        tmp_path / "ood176_results_long.csv",
        columns,
        [(row["task_id"], model, 0, 1, 0.5, 10_000, 200) for row in rows for model in MODELS],
    )
    stream = read(tmp_path, "ood")
    assert {task.dimension for task in stream.tasks} == {Dimension.AGENTIC_PROGRAMMING}
    assert stream.only("new64").ids == ("new64::a",)
    assert stream.signals["apply_ok"].all()
    assert not stream.signals["true_label"].any()


def test_what_is_missing_is_named_with_where_to_get_it(folder: Path) -> None:
    (folder / "id_test_results_long.csv").unlink()
    with pytest.raises(UserError, match=r"id_test_results_long\.csv.*isn't there.*CodeRouterBench"):
        read(folder, "id")


def test_a_hole_in_the_matrix_is_named(folder: Path) -> None:
    path = folder / "id_test_results_long.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
    with pytest.raises(UserError, match=r"1 of 4 cells are missing.*dim3_swebench_x.*glm-5"):
        read(folder, "id")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cost_usd", "cost", "no column cost_usd"),
        ("0.01", "cheap", "line 2: cost_usd is 'cheap'"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "id_test_results_long.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        read(folder, "id")


def test_a_line_that_is_no_json_is_named(folder: Path) -> None:
    with (folder / "id_test_tasks.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n{oops")
    with pytest.raises(UserError, match=r"id_test_tasks\.jsonl, line 3"):
        read(folder, "id")


@pytest.mark.parametrize("spoil", [lambda whole: whole[:-20], lambda whole: b"oops" + whole, lambda whole: whole[:40]])
def test_a_packed_file_that_is_damaged_is_named(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = folder / "id_test_prompts.jsonl.gz"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(UserError, match=r"id_test_prompts\.jsonl\.gz: is damaged or cut short"):
        read(folder, "id")
