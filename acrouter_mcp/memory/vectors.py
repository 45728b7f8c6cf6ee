"""Vectors as the memory keeps them for good: one per decision and embedder, and the order in which they changed.

Each embedder has vectors of its own, so that servers with different embedders share a file, and a change of embedder
loses nothing: what lacks a vector of the current one is embedded in the background.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from acrouter_mcp.memory.connection import Database, Row, Value
from acrouter_mcp.types import Vector

BATCH = 5_000
"""Changes that an index takes at a time: it bounds both memory and how long the write lock is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderRow:
    """An embedder that has, or will have, vectors in the file."""

    n: int
    name: str
    digest: str
    dim: int


def register(database: Database, name: str, digest: str, dim: int) -> EmbedderRow:
    """Return the embedder's row, which is made if need be.

    Raises:
        MemoryUnavailable: the file can't be read or written.
    """
    known = "SELECT n FROM embedder WHERE name = ? AND digest = ? AND dim = ?"
    n = database.value(known, name, digest, dim)
    if n is None:
        with database.writing():
            database.insert("embedder", {"name": name, "digest": digest, "dim": dim}, ignore=True)
            n = database.value(known, name, digest, dim)
    return EmbedderRow(n=n, name=name, digest=digest, dim=dim)


def encode(vector: Vector, dim: int) -> bytes:
    """Return the bytes of a vector, little-endian float32.

    Raises:
        ValueError: it has another dimension, is zero or isn't finite; no index would ever find it.
    """
    if vector.shape != (dim,):
        raise ValueError(f"a vector of shape {vector.shape}, where the embedder's is ({dim},)")
    if not np.isfinite(vector).all() or not vector.any():
        raise ValueError("a vector that is zero or not finite")
    return vector.astype("<f4").tobytes()


def decode(data: bytes) -> Vector:
    """Return the vector that `encode` gave these bytes for."""
    return np.frombuffer(data, dtype="<f4").astype(np.float32, copy=False)


def add(database: Database, embedder: EmbedderRow, n: int, data: bytes) -> bool:
    """Store the vector of the decision with row number `n`, within a transaction; False if there is one already."""
    row: dict[str, Value] = {"decision": n, "embedder": embedder.n, "data": data}
    if database.insert("vector", row, ignore=True) is None:
        return False
    if database.value("SELECT learned FROM decision WHERE n = ?", n) is not None:
        _change(database, n, embedder.n)
    return True


def mark_changed(database: Database, n: int) -> None:
    """Have every embedder's index take up the decision with row number `n` again, within a transaction."""
    for row in database.rows("SELECT embedder FROM vector WHERE decision = ?", n):
        _change(database, n, row["embedder"])


def changed_since(database: Database, embedder: EmbedderRow, cursor: int) -> list[Row]:
    """Return the next BATCH vectors of learned decisions after `cursor`, with what an index filters by."""
    sql = """SELECT v.changed, v.decision AS n, v.data, d.project, d.dimension, d.used AS arm
             FROM vector v JOIN decision d ON d.n = v.decision
             WHERE v.embedder = ? AND v.changed > ? ORDER BY v.changed LIMIT ?"""
    return database.rows(sql, embedder.n, cursor, BATCH)


def missing(database: Database, embedder: EmbedderRow, limit: int) -> list[tuple[str, str]]:
    """Return id and task of decisions without a vector of `embedder`, the newest first."""
    sql = """SELECT id, task FROM decision d
             WHERE NOT EXISTS (SELECT 1 FROM vector v WHERE v.decision = d.n AND v.embedder = ?)
             ORDER BY n DESC LIMIT ?"""
    return [(row["id"], row["task"]) for row in database.rows(sql, embedder.n, limit)]


def count_missing(database: Database, embedder: EmbedderRow | None) -> int:
    """Return how many decisions have no vector of `embedder`, or of any if that is None."""
    if embedder is None:
        anyone = "SELECT count(*) FROM decision d WHERE NOT EXISTS (SELECT 1 FROM vector v WHERE v.decision = d.n)"
        return int(database.value(anyone))
    sql = "SELECT (SELECT count(*) FROM decision) - (SELECT count(*) FROM vector WHERE embedder = ?)"
    return int(database.value(sql, embedder.n))


def add_all(database: Database, embedder: EmbedderRow, given: Iterable[tuple[str, Vector]]) -> None:
    """Store vectors by decision id, within a transaction; ids that were forgotten meanwhile are passed over."""
    for decision_id, vector in given:
        data = encode(vector, embedder.dim)
        n = database.value("SELECT n FROM decision WHERE id = ?", decision_id)
        if n is not None:
            add(database, embedder, n, data)


@lru_cache(maxsize=4_096)
def code(word: str) -> int:
    """Return a 64-bit number for a project, dimension or arm, the same in every process.

    Indexes filter by numbers: `vec0` looks every text of more than 12 characters up in a table of its own, which
    makes a search of 20,000 rows by project three times as slow.
    """
    return int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "little", signed=True)


def codes(words: Sequence[str]) -> tuple[int, ...]:
    """Return the number of each word."""
    return tuple(code(word) for word in words)


def _change(database: Database, n: int, embedder: int) -> None:
    database.rows("UPDATE embedder SET changes = changes + 1 WHERE n = ?", embedder)
    sql = """UPDATE vector SET changed = (SELECT changes FROM embedder WHERE n = ?2)
             WHERE decision = ?1 AND embedder = ?2"""
    database.rows(sql, n, embedder)
