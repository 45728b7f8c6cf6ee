"""Mean tokens of one task per dimension, from CodeRouterBench's open part, as the TOML that the catalogue ships.

    python benchmarks/expected_tokens.py [--data FOLDER] > acrouter_mcp/catalogue/tokens.toml

Rows that were not measured don't count: `latency_ms` = 0 in the in-distribution file (imputed), no tokens in the
agentic one, whose tokens are summed over all calls of a task.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from acrouter_mcp.types import Dimension

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "coderouterbench"
ID_FILE, OOD_FILE = "id_test_results_long.csv", "ood176_results_long.csv"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the TOML; 1 when the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the benchmark's files")
    options = parser.parse_args(arguments)
    missing = [name for name in (ID_FILE, OOD_FILE) if not (options.data / name).is_file()]
    if missing:
        print(f"missing in {options.data}: {', '.join(missing)}; name the folder with --data", file=sys.stderr)
        return 1
    print(as_toml(options.data), end="")
    return 0


def as_toml(folder: Path) -> str:
    """Return the whole file."""
    rows: dict[Dimension, list[tuple[float, float]]] = defaultdict(list)
    for dimension, spent in measured(folder):
        rows[dimension].append(spent)
    lines = [
        "# Expected tokens of one task, input and output: means over all models and tasks of the open part of",
        "# CodeRouterBench that were measured. Agentic work counts all calls of a task, nothing cached.",
        "# Written by: python benchmarks/expected_tokens.py > acrouter_mcp/catalogue/tokens.toml",
        "",
        "[tokens]",
    ]
    for dimension in Dimension:
        answers = rows[dimension]
        means = (round(fmean(tokens)) for tokens in zip(*answers, strict=True))
        lines.append(f"{dimension.value} = [{', '.join(map(str, means))}]  # {len(answers)} answers")
    return "\n".join(lines) + "\n"


def measured(folder: Path) -> Iterator[tuple[Dimension, tuple[float, float]]]:
    """Yield (dimension, (input tokens, output tokens)) of every measured answer."""
    for row in _rows(folder / ID_FILE):
        if float(row["latency_ms"]) > 0:
            yield Dimension(row["dimension"]), (float(row["input_tokens"]), float(row["output_tokens"]))
    for row in _rows(folder / OOD_FILE):
        if float(row["in_tok"] or 0) > 0:
            yield Dimension.AGENTIC_PROGRAMMING, (float(row["in_tok"]), float(row["out_tok"]))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


if __name__ == "__main__":
    sys.exit(main())
