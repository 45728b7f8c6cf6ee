"""All that the report, the manifest and the documents are made of: aggregated figures, nothing of a single task."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np

from acrouter_mcp import __version__
from acrouter_mcp.bench import metrics
from acrouter_mcp.bench.bench import Plan, Result
from acrouter_mcp.bench.calibration import calibration
from acrouter_mcp.bench.registry import installed
from acrouter_mcp.bench.replay import Run, order_of
from acrouter_mcp.bench.stream import Floats, Stream

POINTS = 40
BAND = (0.1, 0.9)
CURVES = (
    "acrouter",
    "acrouter_cascade:true_score@2",
    "acrouter_cascade:apply_ok@3",
    "acrouter_released",
    "acrouter_paper",
    "dimension_best",
    "lin_ucb",
    "lin_ts",
    "knn",
    "always:gpt-5.4",
    "always:claude-opus-4-6",
    "random",
)
"""Rows whose regret is drawn over the stream."""


def summary(plan: Plan, result: Result) -> dict[str, Any]:
    """Return the summary of a run, ready for JSON."""
    complete = {name: stream for (name, view), stream in result.streams.items() if view == "complete"}
    shown = {name: complete[name] for name in result.table}
    return {
        "about": {
            "version": __version__,
            "seed": plan.seed,
            "orders": plan.orders,
            "synthetic": any(stream.synthetic for stream in shown.values()),
            "tasks": {name: len(stream) for name, stream in shown.items()},
            "models": list(next(iter(shown.values())).models),
        },
        "table": result.table,
        "rows": _rows(result),
        "left_out": result.left_out,
        "published": published(),
        "as_published": {
            row: told
            for (stream, view, row), runs in result.runs.items()
            if (stream, view) == ("id", "complete") and (told := metrics.as_published(complete["id"], runs))
        },
        "complementarity": {name: complementarity(stream) for name, stream in shown.items()},
        "curves": {name: _curves(plan, result, stream) for name, stream in shown.items()},
        "calibration": {
            name: found
            for name, stream in shown.items()
            if (found := calibration(stream, result.runs.get((name, "complete", "acrouter"), [])))
        },
    }


def published() -> dict[str, dict[str, list[float]]]:
    """Return the paper's own figures: stream, row, [AvgPerf, CumReg]."""
    text = resources.files("acrouter_mcp.bench").joinpath("published.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def complementarity(stream: Stream) -> list[dict[str, Any]]:
    """Return mean quality, mean cost and quality per USD of each model in each group of tasks.

    Groups are dimensions on `id`, the two halves on `ood`.
    """
    labels = np.array(_groups(stream))
    cells = []
    for group in sorted(set(labels)):
        rows = labels == group
        for at, model in enumerate(stream.models):
            quality, cost = float(stream.score[rows, at].mean()), float(stream.cost[rows, at].mean())
            cells.append(
                {
                    "group": str(group),
                    "model": model,
                    "tasks": int(rows.sum()),
                    "quality": quality,
                    "cost_usd": cost,
                    "quality_per_usd": quality / cost if cost > 0 else None,
                }
            )
    return cells


def curve(regrets: Sequence[Floats]) -> dict[str, list[float]]:
    """Return cumulative regret over the stream, from regrets in the order of each pass: mean and 80 % band."""
    sums = np.cumsum(regrets, axis=1)
    at = np.unique(np.linspace(0, sums.shape[1] - 1, POINTS).astype(int))
    low, high = np.quantile(sums[:, at], BAND, axis=0)
    return {
        "at": [int(one) + 1 for one in at],
        "mean": [float(one) for one in sums[:, at].mean(axis=0)],
        "low": [float(one) for one in low],
        "high": [float(one) for one in high],
    }


def _curves(plan: Plan, result: Result, stream: Stream) -> dict[str, dict[str, list[float]]]:
    return {
        name: curve(_in_order(plan, stream, runs))
        for name in CURVES
        if (runs := result.runs.get((stream.name, "complete", name)))
    }


def _in_order(plan: Plan, stream: Stream, runs: Sequence[Run]) -> list[Floats]:
    """Return each pass's regrets as they came; what doesn't depend on the order is shown in every order."""
    regrets = [run.regret(stream) for run in runs]
    passes = regrets if len(regrets) == plan.orders else regrets[:1] * plan.orders
    return [regret[order_of(stream, plan.seed, order)] for order, regret in enumerate(passes)]


def _groups(stream: Stream) -> list[str]:
    if stream.name == "id":
        return [str(task.dimension) for task in stream.tasks]
    labels = ["" for _ in stream.tasks]
    for view, rows in stream.views.items():
        for row in rows:
            labels[row] = view
    return labels


def _rows(result: Result) -> dict[str, dict[str, Any]]:
    classes = installed()
    names = {name for views in result.table.values() for rows in views.values() for name in rows}
    return {
        name: {"title": _title(name), "family": classes[base].family, "note": classes[base].note}
        for name in sorted(names)
        for base in (name.partition(":")[0],)
    }


def _title(name: str) -> str:
    base, _, argument = name.partition(":")
    title = installed()[base].title
    return f"{title} ({argument})" if argument else title
