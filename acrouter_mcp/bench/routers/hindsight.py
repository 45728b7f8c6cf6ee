"""Ceilings in hindsight: the best single model of each group of tasks, known only after all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

import numpy as np

from acrouter_mcp.bench.protocol import Given, Informed
from acrouter_mcp.bench.routers.oracle import one_hot
from acrouter_mcp.bench.stream import Floats, Stream


class HindsightDimension(Informed):
    """Best model per dimension; on `ood`, which is one dimension, the best fixed model."""

    title = "Hindsight: best per dimension"
    family = "hindsight"
    seen_answer = True

    def groups(self, stream: Stream) -> list[Hashable]:
        """Return what each task belongs to."""
        return [task.dimension for task in stream.tasks]

    def shares(self, given: Given) -> Floats:
        """Return the model with the highest mean reward in each task's group."""
        stream = given.stream
        rows: defaultdict[Hashable, list[int]] = defaultdict(list)
        for row, group in enumerate(self.groups(stream)):
            rows[group].append(row)
        columns = np.zeros(len(stream), dtype=np.intp)
        for members in rows.values():
            columns[members] = stream.reward[members].mean(axis=0).argmax()
        return one_hot(columns, len(stream.models))


class HindsightSource(HindsightDimension):
    """Best model per source and language."""

    title = "Hindsight: best per source and language"

    def groups(self, stream: Stream) -> list[Hashable]:
        """Return source and language."""
        return [(source, task.language) for source, task in zip(stream.sources, stream.tasks, strict=True)]


class HindsightKind(HindsightDimension):
    """Best model per dimension and kind of task, as the server tells kinds apart."""

    title = "Hindsight: best per dimension and kind"

    def groups(self, stream: Stream) -> list[Hashable]:
        """Return dimension and kind."""
        return [(task.dimension, task.kind) for task in stream.tasks]
