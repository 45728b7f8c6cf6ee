"""From the passes of one row to its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from acrouter_mcp.bench.protocol import Feedback
from acrouter_mcp.bench.replay import Run
from acrouter_mcp.bench.stream import Floats, Stream

RESAMPLES = 2_000
BOOTSTRAP_SEED = 20_260_622


class Interval(TypedDict):
    """A difference and its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


class Figures(TypedDict):
    """One row of the table, in the names of the JSON."""

    avg_perf: float
    """Mean quality, %."""
    cum_reg: float
    cost_usd: float
    """Of the whole stream, every try counted."""
    perf_per_usd: float | None
    """`avg_perf` per USD of `cost_usd`; null where nothing was paid."""
    cum_reg_sd: float
    """Standard deviation over the orders."""
    n: int
    orders: int
    feedback: Feedback
    seen_answer: bool
    cum_reg_minus_acrouter: Interval | None
    """Paired bootstrap over tasks of the mean over orders; null without the row `acrouter`."""


def figures(
    stream: Stream, runs: Sequence[Run], *, feedback: Feedback, seen_answer: bool, against: Floats | None
) -> Figures:
    """Return the figures of one row; `against` is the mean regret per task of `acrouter`."""
    totals = np.array([run.regret(stream).sum() for run in runs])
    perf = 100 * float(np.mean([run.score.mean() for run in runs]))
    cost = float(np.mean([run.cost.sum() for run in runs]))
    return Figures(
        avg_perf=perf,
        cum_reg=float(totals.mean()),
        cost_usd=cost,
        perf_per_usd=perf / cost if cost > 0 else None,
        cum_reg_sd=float(totals.std(ddof=1)) if len(runs) > 1 else 0.0,
        n=len(stream),
        orders=len(runs),
        feedback=feedback,
        seen_answer=seen_answer,
        cum_reg_minus_acrouter=None if against is None else difference(mean_regret(stream, runs) - against),
    )


def as_published(stream: Stream, runs: Sequence[Run]) -> list[float] | None:
    """Return AvgPerf in % and regret by the paper's convention; None for a row of several tries or of shares.

    Cells that look imputed are dropped: the oracle is the best of the others, a model that was chosen without a cell
    scores 0.
    """
    rows = np.arange(len(stream))
    if any((run.first < 0).any() or not np.allclose(run.score, stream.score[rows, run.first]) for run in runs):
        return None
    score, reward = (np.where(stream.measured, one, 0.0) for one in (stream.score, stream.reward))
    best = np.where(stream.measured, stream.reward, -np.inf).max(axis=1).clip(min=0.0)
    perf = [100 * score[rows, run.first].mean() for run in runs]
    return [float(np.mean(perf)), float(np.mean([(best - reward[rows, run.first]).sum() for run in runs]))]


def mean_regret(stream: Stream, runs: Sequence[Run]) -> Floats:
    """Return the mean regret per task over the orders."""
    mean: Floats = np.mean([run.regret(stream) for run in runs], axis=0)
    return mean


def difference(per_task: Floats) -> Interval:
    """Return the sum of paired differences over the tasks, with its bootstrap interval."""
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    count = len(per_task)
    sums = np.array([per_task[rng.integers(count, size=count)].sum() for _ in range(RESAMPLES)])
    low, high = np.quantile(sums, (0.025, 0.975))
    return Interval(mean=float(per_task.sum()), low=float(low), high=float(high))
