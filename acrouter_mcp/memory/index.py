"""What a vector index is to the memory: a copy of the vectors of learned decisions that is quick to search.

It can be thrown away at any time. `vec0` keeps it in the file, `flat` in this process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acrouter_mcp.memory.records import IndexKind
from acrouter_mcp.memory.vectors import code
from acrouter_mcp.types import Vector


@dataclass(frozen=True, slots=True)
class Hit:
    """One decision found: its row's number and its cosine to the query."""

    n: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Where to look; None is everywhere."""

    project: str | None = None
    dimension: str | None = None
    arm: str | None = None

    def codes(self) -> dict[str, int]:
        """Return column -> the number that its rows must have."""
        words = {"project": self.project, "dimension": self.dimension, "arm": self.arm}
        return {column: code(word) for column, word in words.items() if word is not None}


class VectorIndex(Protocol):
    """The vectors of one embedder; every method raises MemoryUnavailable where the file fails."""

    kind: IndexKind

    def refresh(self) -> None:
        """Take up all that any process committed since; outside of a transaction."""

    def written(self) -> None:
        """Take up what the write transaction under way changed, where it must be part of it."""

    def search(self, query: Vector, k: int, only: Only) -> list[Hit]:
        """Return the `k` nearest, best first, among what was taken up; within a read transaction."""
        ...

    def rebuild(self) -> None:
        """Throw everything away and take it up anew."""
