"""How well dimension and language are inferred from a task's text alone, on CodeRouterBench's open prompts.

    python benchmarks/inference.py [--data FOLDER] [--json]

Accuracy over all prompts, recall and precision per dimension, the confusion matrix, the calibration of the confidence
and the time per prompt. In-distribution prompts count with the dimension that the file gives; the agentic (OOD) ones
count as `agentic_programming`. The cues were written from other examples and no weight is fitted to these
prompts, but kinds of cue that were missing were found by reading some of them: requests of another kind, never looked
at, are in tests/routing/requests_unseen.toml.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from acrouter_mcp.routing.dimension import DimensionGuess, infer_dimension
from acrouter_mcp.routing.inference_text import passage
from acrouter_mcp.routing.language import canonical_language, infer_language
from acrouter_mcp.types import Dimension

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "coderouterbench"
FILES = {"id": "id_test_prompts.jsonl.gz", "ood": "ood176_tasks.jsonl.gz"}
BINS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One prompt, what is true of it, what was inferred, and the milliseconds that it took."""

    dimension: Dimension
    language: str | None
    guess: DimensionGuess
    inferred_language: str | None
    ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """Every figure of one run; shares in [0, 1], times in milliseconds."""

    prompts: int
    dimension_accuracy: float
    dimension_accuracy_id: float
    dimension_top_share: float
    """Accuracy of naming the most frequent dimension always."""
    language_accuracy: float
    language_right_when_named: float
    language_named: float
    recall: dict[str, float]
    precision: dict[str, float | None]
    language_recall: dict[str, float]
    confusion: dict[str, dict[str, int]]
    calibration: list[dict[str, float]]
    ms_p50: float
    ms_p95: float
    ms_max: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; 1 when the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the benchmark's files")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    missing = [name for name in FILES.values() if not (options.data / name).is_file()]
    if missing:
        print(f"missing in {options.data}: {', '.join(missing)}; name the folder with --data", file=sys.stderr)
        return 1
    report = summarise([measure(*prompt) for prompt in read_prompts(options.data)])
    print(json.dumps(asdict(report), indent=2) if options.json else as_text(report))
    return 0


def read_prompts(folder: Path) -> Iterator[tuple[str, Dimension, str | None]]:
    """Yield (prompt, true dimension, true language) of both files."""
    for stream, name in FILES.items():
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                agentic = stream == "ood"
                dimension = Dimension.AGENTIC_PROGRAMMING if agentic else Dimension(row["dimension"])
                yield row["prompt"], dimension, canonical_language(row.get("language") or "")


def measure(prompt: str, dimension: Dimension, language: str | None) -> Row:
    """Infer both from one prompt, timed together, with nothing remembered from an earlier call."""
    passage.cache_clear()
    begin = time.perf_counter()
    guess = infer_dimension(prompt)
    inferred = infer_language(prompt)
    return Row(dimension, language, guess, inferred, 1000 * (time.perf_counter() - begin))


def summarise(rows: Sequence[Row]) -> Report:
    """Return the figures of all rows."""
    confusion = {true.value: Counter[str]() for true in Dimension}
    for row in rows:
        confusion[row.dimension][row.guess.dimension.value] += 1
    guessed = Counter(row.guess.dimension for row in rows)
    truth = Counter(row.dimension for row in rows)
    id_rows = [row for row in rows if row.dimension is not Dimension.AGENTIC_PROGRAMMING]
    known = [row for row in rows if row.language is not None]
    named = [row for row in known if row.inferred_language is not None]
    languages = Counter(row.language for row in known if row.language)
    right_languages = Counter(row.language for row in known if row.language == row.inferred_language)
    times = sorted(row.ms for row in rows[1:])
    return Report(
        prompts=len(rows),
        dimension_accuracy=_accuracy(rows),
        dimension_accuracy_id=_accuracy(id_rows),
        dimension_top_share=max(truth.values()) / len(rows),
        language_accuracy=sum(right_languages.values()) / len(known),
        language_right_when_named=sum(right_languages.values()) / len(named),
        language_named=len(named) / len(known),
        recall={name: confusion[name][name] / truth[name] for name in truth},
        precision={name: confusion[name][name] / guessed[name] if guessed[name] else None for name in truth},
        language_recall={name: right_languages[name] / count for name, count in languages.most_common()},
        confusion={true: dict(counts) for true, counts in confusion.items()},
        calibration=_calibration(rows),
        ms_p50=times[len(times) // 2],
        ms_p95=times[len(times) * 95 // 100],
        ms_max=times[-1],
    )


def _accuracy(rows: Sequence[Row]) -> float:
    return sum(row.guess.dimension is row.dimension for row in rows) / len(rows)


def _calibration(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Return mean confidence and accuracy of equally wide bins of the confidence."""
    bins: list[list[Row]] = [[] for _ in range(BINS)]
    for row in rows:
        bins[min(int(row.guess.confidence * BINS), BINS - 1)].append(row)
    return [
        {
            "n": len(members),
            "confidence": sum(row.guess.confidence for row in members) / len(members),
            "accuracy": _accuracy(members),
        }
        for members in bins
        if members
    ]


def as_text(report: Report) -> str:
    """Return the report for people."""
    names = [dimension.value for dimension in Dimension]
    lines = [
        f"{report.prompts} prompts",
        f"dimension  {report.dimension_accuracy:6.1%} right ({report.dimension_accuracy_id:.1%} of the"
        f" in-distribution ones); the most frequent one always: {report.dimension_top_share:.1%}",
        f"language   {report.language_accuracy:6.1%} right; named for {report.language_named:.1%}, and right in"
        f" {report.language_right_when_named:.1%} of those",
        f"time       p50 {report.ms_p50:.2f} ms, p95 {report.ms_p95:.2f} ms, max {report.ms_max:.2f} ms",
        "",
        "true, then inferred".ljust(22) + "".join(f"{name[:9]:>10}" for name in names) + "    recall precision",
    ]
    for name in names:
        counts = report.confusion[name]
        precision = report.precision.get(name)
        lines.append(
            f"{name:22}"
            + "".join(f"{counts.get(other, 0):10d}" for other in names)
            + f"{report.recall.get(name, float('nan')):10.1%}"
            + (f"{precision:10.1%}" if precision is not None else f"{'-':>10}")
        )
    lines += ["", "confidence -> accuracy"]
    lines += [f"  {row['confidence']:.2f} -> {row['accuracy']:.2f}  (n = {row['n']})" for row in report.calibration]
    lines += ["", "language recall  " + ", ".join(f"{k} {v:.0%}" for k, v in report.language_recall.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
