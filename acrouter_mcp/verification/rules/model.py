"""What a rule finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One find, in words, with its place and its cost."""

    what: str
    line: int
    cost: float
    """Taken off the signal's score, in [0, 1]."""
    gate: float | None = None
    """Ceiling on the whole score, where this alone rules the solution out."""
