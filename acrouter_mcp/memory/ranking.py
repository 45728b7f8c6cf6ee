"""Which of the outcomes heard about one decision is learned: pure rules, after the contract's section 2.

An outcome is an observation of the arm that did the work at its first try. A better source supersedes a worse one,
the latest wins within one. A try is a distinct solution digest in what was executed, by the verifier or the host's own
test run: later tries are kept and shown, and not learned.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from acrouter_mcp.memory.records import Outcome
from acrouter_mcp.types import Source, Status

RANK = {source: rank for rank, source in enumerate(get_args(Source))}
"""0 is the most believed."""
EXECUTED: tuple[Source, ...] = ("verifier", "host")
"""Sources that judge one solution; the others judge the task as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds of a decision after all that was heard."""

    learned: Outcome
    """The best word on the first try."""
    final: Outcome
    """The best word on the latest try."""
    attempts: int
    cost_usd: float | None
    input_tokens: int | None
    output_tokens: int | None
    """The costs are facts, not opinions: the best-sourced figure for the learned arm, whoever's quality stands."""


def standing(outcomes: Sequence[Outcome]) -> Standing:
    """Rank `outcomes`, which must be in the order heard and not empty."""
    tries = list(dict.fromkeys(digest for outcome in outcomes if (digest := try_of(outcome)) is not None))
    first = _ranked(outcome for outcome in outcomes if try_of(outcome) in (None, *tries[:1]))
    learned = first[0]
    same_arm = [outcome for outcome in first if outcome.arm == learned.arm]
    return Standing(
        learned=learned,
        final=_ranked(_about_last_try(outcomes, tries))[0],
        attempts=max(1, len(tries)),
        cost_usd=next((outcome.cost_usd for outcome in same_arm if outcome.cost_usd is not None), None),
        input_tokens=_known_tokens(same_arm, "input_tokens"),
        output_tokens=_known_tokens(same_arm, "output_tokens"),
    )


def try_of(outcome: Outcome) -> str | None:
    """Return the digest of the solution that was judged, or None when the task as a whole was."""
    return outcome.solution_digest if outcome.source in EXECUTED else None


def repeats(outcomes: Sequence[Outcome], new: Outcome) -> bool:
    """Return whether `new` is in the same words as the last thing heard from its source about that try."""
    before = [old for old in outcomes if old.source == new.source and try_of(old) == try_of(new)]
    if not before:
        return False
    return _words(before[-1]) == _words(new)


def status(standing: Standing, new: Outcome, *, first: bool) -> Status:
    """Return what the newly heard `new`, which is among the ranked ones, did to the decision."""
    if first:
        return "closed"
    return "revised" if new is standing.learned or new is standing.final else "superseded"


def _ranked(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Order from the most to the least believed, the latest first within one source."""
    latest_first = list(outcomes)[::-1]
    return sorted(latest_first, key=lambda outcome: RANK[outcome.source])


def _about_last_try(outcomes: Sequence[Outcome], tries: Sequence[str]) -> list[Outcome]:
    """Return what was heard since the last try began, of it or of the task as a whole."""
    if len(tries) < 2:
        return list(outcomes)
    began = next(place for place, outcome in enumerate(outcomes) if try_of(outcome) == tries[-1])
    return [outcome for outcome in outcomes[began:] if try_of(outcome) in (None, tries[-1])]


def _words(outcome: Outcome) -> Outcome:
    """Return `outcome` without what differs when the same is said again."""
    return dataclasses.replace(outcome, created=0.0, verification_id=None, prior_mean=0.0)


def _known_tokens(outcomes: Iterable[Outcome], name: Literal["input_tokens", "output_tokens"]) -> int | None:
    counts: Iterable[int | None] = (getattr(outcome, name) for outcome in outcomes)
    return next((count for count in counts if count is not None), None)
