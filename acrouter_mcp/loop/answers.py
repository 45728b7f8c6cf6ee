"""What the four tools answer: the contract's fields, as clients get them in `structuredContent`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Ratio = Annotated[float, Field(ge=0, le=1)]
Dollars = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
COST = "USD at list price"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Quality(_Answer):
    """Expected quality with the 80 % credible interval of its mean."""

    mean: Ratio
    low: Ratio
    high: Ratio


class Alternative(_Answer):
    """Another candidate, and how probably it is the one to choose."""

    model: str
    quality: Ratio
    cost_usd: Dollars | None
    p_best: Ratio


class Evidence(_Answer):
    """What the advice rests on."""

    similar_tasks: Count
    mean_similarity: Annotated[float, Field(ge=-1, le=1)] | None
    prior_weight: Ratio
    votes: dict[str, dict[str, float]] = Field(description="component -> model -> mean quality")
    explored: bool


class OpenDecisions(_Answer):
    """Decisions of this project whose outcome nobody has told."""

    count: Count
    oldest_id: str | None


class Advice(_Answer):
    """Result of `choose_model`."""

    decision_id: str
    model: str
    apply: dict[str, Any] | None = Field(description="How to act in this host")
    confidence: Ratio = Field(description="P(best of the candidates)")
    quality: Quality
    cost_usd: Dollars | None = Field(description=COST)
    dimension: str
    language: str | None
    alternatives: tuple[Alternative, ...]
    escalation: tuple[str, ...]
    evidence: Evidence
    reason: str
    open_decisions: OpenDecisions


class Signal(_Answer):
    """One verifier's part."""

    name: str
    score: Ratio | None
    weight: Ratio
    detail: str


class Failure(_Answer):
    """One failed test."""

    name: str
    message: str


class Tests(_Answer):
    """Executed tests."""

    passed: Count
    failed: Count
    errors: Count
    expected: Count
    failures: tuple[Failure, ...]


class RecordedVerdict(_Answer):
    """What the verdict did to its decision."""

    decision_id: str
    quality: Ratio
    status: str


class Next(_Answer):
    """What to do now."""

    action: Literal["accept", "revise", "escalate", "ask_user", "wait"]
    model: str | None
    why: str


class Verification(_Answer):
    """Result of `verify_solution`."""

    verification_id: str
    verdict: Literal["pass", "fail", "unsure"]
    score: Ratio
    confidence: Ratio
    signals: tuple[Signal, ...]
    tests: Tests
    isolation: str
    integrity: Literal["split", "split+opaque", "in-process", "none"]
    duration_ms: Annotated[float, Field(ge=0)]
    recorded: RecordedVerdict | None
    next: Next


class Record(_Answer):
    """Result of `record_outcome`."""

    decision_id: str
    model: str
    quality: Ratio
    cost_usd: Dollars | None = Field(description=COST)
    reward: float | None = Field(description="quality - 0.1 per USD")
    status: Literal["closed", "revised", "unchanged", "superseded"]


class Similar(_Answer):
    """One earlier task."""

    decision_id: str
    similarity: Annotated[float, Field(ge=-1, le=1)]
    task: str
    dimension: str
    model: str
    quality: Ratio
    cost_usd: Dollars | None
    verdict: str | None
    age_days: Annotated[float, Field(ge=0)]


class ByModel(_Answer):
    """Mean quality and cost of one model over the neighbours."""

    model: str
    n: Count
    quality: Ratio
    cost_usd: Dollars | None


class Recall(_Answer):
    """Result of `recall_similar`."""

    neighbours: tuple[Similar, ...]
    by_model: tuple[ByModel, ...]
    advice: str
