"""The vector index where sqlite-vec can't be loaded: every vector in one numpy array of this process.

A search is one matrix product: 2 ms at 20,000 rows. A million rows of 384 numbers take 1.5 GB.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from acrouter_mcp.memory.connection import Database, Row
from acrouter_mcp.memory.index import Hit, Only
from acrouter_mcp.memory.records import IndexKind
from acrouter_mcp.memory.vectors import EmbedderRow, changed_since, codes, decode
from acrouter_mcp.types import Vector

FIRST_CAPACITY = 1_024
COLUMNS = ("project", "dimension", "arm")


class FlatIndex:
    """Unit vectors in the order first seen, with the codes to filter by beside them."""

    kind: IndexKind = "numpy"

    def __init__(self, database: Database, embedder: EmbedderRow) -> None:
        self._database = database
        self._embedder = embedder
        self._generation = -1
        self._cursor = 0
        self._clear()

    def refresh(self) -> None:
        """Read what changed since the last time; everything, if something was forgotten."""
        with self._database.reading():
            generation: int = self._database.value("SELECT generation FROM state")
            if generation != self._generation:
                self._clear()
                self._generation = generation
            while rows := changed_since(self._database, self._embedder, self._cursor):
                for row in rows:
                    self._put(row)

    def written(self) -> None:
        """Do nothing: what isn't committed may still be undone."""

    def search(self, query: Vector, k: int, only: Only) -> list[Hit]:
        """Return the `k` nearest by cosine, best first."""
        similarities = self._matrix[: self._count] @ (query / np.linalg.norm(query))
        places = np.arange(self._count)
        for column, wanted in only.codes().items():
            places = places[self._codes[: self._count][places, COLUMNS.index(column)] == wanted]
        if len(places) > k:
            places = places[np.argpartition(-similarities[places], k)[:k]]
        ordered = places[np.argsort(-similarities[places], kind="stable")]
        return [Hit(int(self._numbers[place]), float(similarities[place])) for place in ordered]

    def rebuild(self) -> None:
        """Read every vector anew."""
        self._clear()
        self.refresh()

    def _clear(self) -> None:
        self._generation = -1
        self._cursor = 0
        self._count = 0
        self._places: dict[int, int] = {}
        self._matrix: NDArray[np.float32] = np.empty((FIRST_CAPACITY, self._embedder.dim), np.float32)
        self._codes: NDArray[np.int64] = np.empty((FIRST_CAPACITY, len(COLUMNS)), np.int64)
        self._numbers: NDArray[np.int64] = np.empty(FIRST_CAPACITY, np.int64)

    def _put(self, row: Row) -> None:
        place = self._places.setdefault(row["n"], self._count)
        if place == len(self._numbers):
            self._grow()
        vector = decode(row["data"])
        self._matrix[place] = vector / np.linalg.norm(vector)
        self._codes[place] = codes([row[column] for column in COLUMNS])
        self._numbers[place] = row["n"]
        self._count = max(self._count, place + 1)
        self._cursor = row["changed"]

    def _grow(self) -> None:
        more = len(self._numbers)
        self._matrix = np.concatenate([self._matrix, np.empty_like(self._matrix, shape=(more, self._embedder.dim))])
        self._codes = np.concatenate([self._codes, np.empty_like(self._codes)])
        self._numbers = np.concatenate([self._numbers, np.empty_like(self._numbers)])
