"""Frozen records of the memory: what it stores of an outcome, and what it answers beyond the shared types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from acrouter_mcp.types import Lesson, Source

IndexKind = Literal["vec0", "numpy"]
DecisionStatus = Literal["open", "closed", "expired", "abandoned"]
"""Closed: an outcome is known. Open, expired: none yet, for less or more than seven days. Abandoned: given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One stored report about a decision; every revision is one more of them, in the order in which they were heard."""

    source: Source
    arm: str
    quality: float
    weight: float
    prior_mean: float
    """Prior of `arm` in the decision's dimension when the decision was made."""
    cost_usd: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    latency_s: float | None = None
    note: str | None = None
    verification_id: str | None = None
    solution_digest: str | None = None
    created: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonBatch:
    """Lessons beyond a cursor; after a `reset` the receiver starts from nothing and these are all that stand."""

    generation: int
    reset: bool
    lessons: tuple[Lesson, ...]
    """In order of `seq`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDecisions:
    """Decisions of one project that still wait for an outcome."""

    count: int
    oldest_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSummary:
    """One line of a list of decisions."""

    id: str
    created: float
    project: str
    task: str
    """Its first `admin.HEAD` characters."""
    dimension: str
    language: str | None
    used: str
    quality: float | None
    """The learned quality; None while nothing is known."""
    cost_usd: float | None
    status: DecisionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmStats:
    """What was learned of one arm in one dimension."""

    dimension: str
    arm: str
    n: int
    quality: float
    """Unweighted mean of the learned qualities."""
    cost_usd: float | None
    """Mean cost as told, else as was expected; null where neither is known."""
    expected_costs: int
    """How many of the `n` costs are expectations that nobody has confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Size and content of the memory."""

    decisions: int
    closed: int
    outcomes: int
    by_arm: tuple[ArmStats, ...]
    file_bytes: int
    """The database file with its write-ahead log."""
    index_kind: IndexKind
    unembedded: int
    """Decisions without a vector of the current embedder."""
