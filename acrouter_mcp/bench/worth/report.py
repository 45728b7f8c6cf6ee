"""From a memory to what its decisions were worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from acrouter_mcp.bench.worth.alternatives import ALWAYS, SETTINGS, PriorOf, shares
from acrouter_mcp.bench.worth.assess import Comparison, Worth, assess, fit
from acrouter_mcp.bench.worth.log import Left, log_of
from acrouter_mcp.memory import history

LEVELS = (0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Report:
    """Every alternative that the memory allows, the dearest first, and what was left out."""

    worths: tuple[Worth, ...]
    left: Left
    decisions: int
    """First tries that the router was asked for and whose outcome is known."""
    not_there: tuple[str, ...]
    """Alternatives that were asked for and are defined on no decision."""


def report(path: Path, prior_of: PriorOf, names: Sequence[str] | None = None) -> Report:
    """Compare what was decided with always the same model, for each that was a candidate, and with other settings.

    `names` are the alternatives to compare with: `always:MODEL`, `always` for all of them, `balanced`, `best`,
    `thrifty@DELTA`. The memory is only read.

    Raises:
        UsageError: a name is none of these.
        MemoryUnavailable: the file can't be read.
    """
    past = history.read(path)
    log, left = log_of(past.decisions)
    routed = int(log.routed.sum())
    every = [
        ALWAYS + arm for arm, offered in zip(log.arms, np.atleast_1d(log.offered.any(axis=0)), strict=True) if offered
    ]
    wanted = [*every, *SETTINGS] if names is None else list(names)
    wanted = [one for name in wanted for one in (every if f"{name}:" == ALWAYS else [name])]
    found = shares(log, past.lessons, wanted, prior_of)
    if not routed:
        return Report((), left, 0, ())
    surfaces = fit(log, prior_of)
    worths = {name: assess(name, log, found[name], surfaces) for name in wanted}
    there = [worth for worth in worths.values() if worth is not None]
    return Report(
        worths=tuple(sorted(there, key=lambda one: (not one.name.startswith(ALWAYS), -(one.other_cost or 0.0)))),
        left=left,
        decisions=routed,
        not_there=tuple(name for name, worth in worths.items() if worth is None),
    )


def as_json(found: Report) -> dict[str, Any]:
    """Return the report as JSON can say it: differences are what was decided less the alternative, in [-1, 1]."""
    return {
        "decisions": found.decisions,
        "left_out": {
            "outcome_unknown": found.left.unknown,
            "retries": found.left.retries,
            "retries_usd": found.left.retries_usd,
            "not_asked_about": found.left.unasked,
        },
        "alternatives": {one.name: _worth(one) for one in found.worths},
        "not_there": list(found.not_there),
    }


def _worth(one: Worth) -> dict[str, Any]:
    return {
        "n": one.n,
        "quality": one.quality,
        "cost_usd": one.cost,
        "method": one.method,
        **_comparison(one.estimate, one.cost),
        "overlap": one.overlap,
        "effective_sample_size": one.effective,
        "estimators": {
            "model_based": _comparison(one.model_based, one.cost),
            **{kind: _comparison(each, one.weighted_cost) for kind, each in one.weighted.items()},
        },
    }


def _comparison(one: Comparison, decided: float | None) -> dict[str, Any]:
    changes = [one.cost_change(decided, level) if decided is not None else None for level in LEVELS]
    return {
        "n": one.n,
        "quality_difference": one.quality.value,
        **{f"quality_interval_{100 * level:.0f}": list(one.quality.interval(level)) for level in LEVELS},
        "cost_change": changes[0][0] if changes[0] else None,
        **{
            f"cost_interval_{100 * level:.0f}": list(change[1:]) if change else None
            for level, change in zip(LEVELS, changes, strict=True)
        },
        "cost_n": one.cost_n,
    }
