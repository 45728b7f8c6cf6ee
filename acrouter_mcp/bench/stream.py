"""What a benchmark is made of: tasks as a server would see them, and what each model made of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from acrouter_mcp.types import Dimension, Vector

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Picks = NDArray[np.intp]
"""Columns of chosen models."""

COST_WEIGHT = 0.1
"""Quality that one USD is worth: the paper's lambda."""


@dataclass(frozen=True, slots=True)
class Task:
    """All that a live server would know of one task: no id, no source."""

    text: str
    dimension: Dimension
    language: str | None
    kind: str
    """`routing.task_kind` of the text."""
    vector: Vector | None = None
    """The bundled embedder's, shape (dim,); None where no chosen router asks for vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Tasks by models: arrays have shape (tasks, models); costs are USD as released."""

    name: str
    """`id` or `ood`."""
    view: str
    """Which tasks: `complete`, `measured`, `old112`, `new64`."""
    models: tuple[str, ...]
    tasks: tuple[Task, ...]
    ids: tuple[str, ...]
    sources: tuple[str, ...]
    """Per task what it was taken from; for hindsight rows and views alone."""
    score: Floats
    cost: Floats
    tokens: NDArray[np.int64]
    """Input and output tokens, shape (tasks, models, 2)."""
    measured: Flags
    """False where the released cell looks imputed."""
    signals: Mapping[str, Flags]
    """What may end a cascade after a try, by name: true where the signal is satisfied."""
    decisions: Mapping[str, tuple[str | None, ...]]
    """Released decisions by file name: the model chosen for each task."""
    views: Mapping[str, tuple[int, ...]]
    """Named subsets of the tasks, as rows."""
    synthetic: bool = False

    @property
    def reward(self) -> Floats:
        """Quality minus what the cost is worth."""
        return self.score - COST_WEIGHT * self.cost

    def __len__(self) -> int:
        return len(self.tasks)

    def only(self, view: str) -> Stream:
        """Return one of the stream's views as a stream of its own."""
        if view == self.view:
            return self
        return self._rows(self.views[view], view)

    def first(self, count: int) -> Stream:
        """Return the stream's first tasks."""
        views = {name: tuple(row for row in rows if row < count) for name, rows in self.views.items()}
        return replace(self._rows(range(min(count, len(self))), self.view), views=views)

    def with_vectors(self, vectors: Sequence[Vector]) -> Stream:
        """Return the stream with one embedding per task."""
        tasks = tuple(replace(task, vector=vector) for task, vector in zip(self.tasks, vectors, strict=True))
        return replace(self, tasks=tasks)

    def _rows(self, rows: Sequence[int], view: str) -> Stream:
        at = np.asarray(rows, dtype=np.intp)
        return replace(
            self,
            view=view,
            tasks=tuple(self.tasks[row] for row in at),
            ids=tuple(self.ids[row] for row in at),
            sources=tuple(self.sources[row] for row in at),
            score=self.score[at],
            cost=self.cost[at],
            tokens=self.tokens[at],
            measured=self.measured[at],
            signals={name: flags[at] for name, flags in self.signals.items()},
            decisions={name: tuple(chosen[row] for row in at) for name, chosen in self.decisions.items()},
            views={},
        )
