"""What is believed of a model before any outcome: its own figures, its ancestor's, or next to nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from acrouter_mcp.catalogue.schema import ModelEntry
from acrouter_mcp.catalogue.standing import Standing
from acrouter_mcp.types import Dimension, Prior

GENERATION_SD = 0.08
"""What one succession adds to the spread: the eight models' own, .076 on average over the published dimensions."""
SMALLER_STEP = 0.03
"""What one size less takes from the mean (Opus 4.6 to Sonnet 4.6: .027 over the nine published dimensions)."""
EFFORT_SD = 0.04
"""What running at another effort than the usual one adds to the spread; no figures exist for its mean."""
EFFORT_OUTPUT: Mapping[str, float] = {
    "none": 0.25,
    "minimal": 0.3,
    "low": 0.6,
    "medium": 1.0,
    "high": 1.6,
    "xhigh": 2.2,
    "max": 3.5,
    "ultra": 5.0,
}
"""Tokens written at an effort, as a multiple of those at medium. Rough: what was published differs by model and task
(from medium to high Opus 4.5 writes 2.2 times as much, Sonnet 4.6 hardly more; low to max is up to 8 times). Their
order is what counts, until an arm's own outcomes say better."""
WIDE_SD = 0.25


def model_prior(
    entries: Mapping[str, ModelEntry],
    find: Callable[[str], str | None],
    model: str,
    dimension: Dimension,
    standing: Standing,
) -> Prior:
    """Return the prior of `model`, following `like` (through `find`, word -> id) until a figure turns up.

    What `standing` says is told beside a published figure, not beside a user's own, who knows better.
    """
    name: str | None = model
    seen: set[str] = set()
    generations = smaller = 0
    while name is not None and name in entries and name not in seen:
        seen.add(name)
        entry = entries[name]
        figure = entry.prior.get(dimension)
        if figure is not None:
            price = entries[model].price or entry.price
            general = standing.general(name, price.output if price else None, dimension)
            general = general if figure.origin == "published" else None
            if name == model:
                return Prior(mean=figure.mean, sd=figure.sd, origin=figure.origin, general=general)
            mean = max(figure.mean - SMALLER_STEP * smaller, figure.mean / 2)
            return Prior(mean=mean, sd=_widened(figure.sd, generations), origin="like", like=name, general=general)
        generations, smaller = generations + entry.generations, smaller + entry.smaller
        name = find(entry.like) if entry.like else None
    return Prior(mean=_cautious(entries, dimension), sd=WIDE_SD, origin="wide")


def at_effort(prior: Prior, effort: str | None, usual: str) -> Prior:
    """Return the prior of the model's arm at `effort`: the same at the usual one, else a little wider."""
    if effort is None or effort == usual:
        return prior
    return replace(prior, sd=math.hypot(prior.sd, EFFORT_SD))


def effort_output(effort: str | None, usual: str) -> float:
    """Return how many times the tokens of its usual effort a model writes at `effort`."""
    return 1.0 if effort is None else EFFORT_OUTPUT.get(effort, 1.0) / EFFORT_OUTPUT.get(usual, 1.0)


def _widened(sd: float, generations: int) -> float:
    return min(math.sqrt(sd**2 + generations * GENERATION_SD**2), WIDE_SD)


def _cautious(entries: Mapping[str, ModelEntry], dimension: Dimension) -> float:
    """Return the lower quartile of the catalogue's own figures: a stranger isn't preferred to the known for nothing."""
    figures = [entry.prior[dimension] for entry in entries.values() if dimension in entry.prior]
    means = sorted(figure.mean for figure in figures if figure.origin != "user")
    return means[(len(means) - 1) // 4]
