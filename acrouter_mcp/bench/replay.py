"""One pass of one router over one stream in one order, by the rules of its kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from acrouter_mcp.bench.protocol import Bandit, Given, Informed, Outcome, Pick
from acrouter_mcp.bench.stream import COST_WEIGHT, Floats, Picks, Stream


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one pass; arrays have one entry per task, in the order of the stream (not of the pass)."""

    score: Floats
    """Quality that was kept."""
    cost: Floats
    """USD paid, every try counted."""
    first: Picks
    """Column of the model that tried first; -1 for an informed row that has no single one."""
    propensity: Floats
    propensities: Floats
    """Shape (tasks, models), or (0, 0) where the router doesn't say."""
    confidence: Floats
    """NaN where the router doesn't say."""
    quality: Floats
    """Shape (tasks, 3): its mean and 80 % interval; NaN where it doesn't say."""

    def regret(self, stream: Stream) -> Floats:
        """Return what each task cost against the oracle of the reward."""
        best: Floats = stream.reward.max(axis=1)
        return best - (self.score - COST_WEIGHT * self.cost)


def order_of(stream: Stream, seed: int, order: int) -> Picks:
    """Return one of the shuffled orders."""
    return np.random.default_rng([seed, order]).permutation(len(stream))


def router_rng(seed: int, order: int) -> np.random.Generator:
    """Return the chance that a router may use in one order."""
    return np.random.default_rng([seed, order, 1])


def inform(row: Informed, given: Given) -> Run:
    """Return the outcome of a row that is given everything."""
    stream, shares = given.stream, row.shares(given)
    if shares.shape != stream.score.shape or not np.allclose(shares.sum(axis=1), 1.0):
        raise ValueError(f"{type(row).__name__}: shares of shape {shares.shape} that don't sum to 1")
    single = shares.max(axis=1) >= 1.0
    nothing = np.full(len(stream), np.nan)
    return Run(
        score=(shares * stream.score).sum(axis=1),
        cost=(shares * stream.cost).sum(axis=1),
        first=np.where(single, shares.argmax(axis=1), -1),
        propensity=shares.max(axis=1),
        propensities=shares,
        confidence=nothing,
        quality=np.full((len(stream), 3), np.nan),
    )


def replay(router: Bandit, stream: Stream, order: Picks, *, stopped: Callable[[], bool] = lambda: False) -> Run:
    """Return the outcome of a router that hears of its own choices alone, but for its warm start.

    Raises:
        KeyboardInterrupt: `stopped` said so between two tasks.
        ValueError: the router named a model that isn't there, or one that has tried already.
    """
    count, models = stream.score.shape
    run = _empty(count, models)
    column = {model: at for at, model in enumerate(stream.models)}
    for place, at in enumerate(order):
        if stopped():
            raise KeyboardInterrupt
        heard = _one(router, stream, int(at), column, run)
        if place < router.warm:
            others = [one for one in range(models) if stream.models[one] not in heard]
            for other in others:
                router.learn(stream.tasks[at], _outcome(stream, int(at), other), ())
    return run


def _one(router: Bandit, stream: Stream, at: int, column: dict[str, int], run: Run) -> list[str]:
    """Let one task be tried until the stop signal says so, or no try is left; return who tried."""
    task, signal = stream.tasks[at], router.signal
    satisfied = stream.signals[signal][at] if signal else None
    tried: list[str] = []
    heard: list[Outcome] = []
    paid = 0.0
    while True:
        pick = router.choose(task, tuple(tried))
        if pick.model not in column or pick.model in tried:
            raise ValueError(f"{type(router).__name__} chose {pick.model!r} after {tried}, of {list(column)}")
        chosen = column[pick.model]
        if not tried:
            _note(run, at, chosen, pick)
        heard.append(_outcome(stream, at, chosen))
        tried.append(pick.model)
        paid += stream.cost[at, chosen]
        done = satisfied is None or bool(satisfied[chosen])
        if done or len(tried) >= min(router.tries, len(column)):
            break
    run.score[at] = heard[-1].quality if done else _kept(heard, signal)
    run.cost[at] = paid
    for place, outcome in enumerate(heard):
        router.learn(task, outcome, tuple(tried[:place]))
    return tried


def _kept(heard: list[Outcome], signal: str | None) -> float:
    """Return what is kept when no try satisfied the signal: the best by a true score, the last by any other."""
    return max(one.quality for one in heard) if signal == "true_score" else heard[-1].quality


def _outcome(stream: Stream, at: int, chosen: int) -> Outcome:
    return Outcome(
        model=stream.models[chosen],
        quality=float(stream.score[at, chosen]),
        cost_usd=float(stream.cost[at, chosen]),
        input_tokens=int(stream.tokens[at, chosen, 0]),
        output_tokens=int(stream.tokens[at, chosen, 1]),
    )


def _note(run: Run, at: int, chosen: int, pick: Pick) -> None:
    run.first[at] = chosen
    run.propensity[at] = pick.propensity
    if pick.propensities:
        run.propensities[at] = pick.propensities
    run.confidence[at] = math.nan if pick.confidence is None else pick.confidence
    if pick.quality is not None:
        run.quality[at] = pick.quality


def _empty(count: int, models: int) -> Run:
    nothing = np.full(count, np.nan)
    return Run(
        score=nothing.copy(),
        cost=nothing.copy(),
        first=np.full(count, -1),
        propensity=nothing.copy(),
        propensities=np.full((count, models), np.nan),
        confidence=nothing.copy(),
        quality=np.full((count, 3), np.nan),
    )
