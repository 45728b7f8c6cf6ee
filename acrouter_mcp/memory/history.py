"""All that was decided and learned, for who looks back at it: read without writing, whoever else has the file open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.errors import MemoryUnavailable
from acrouter_mcp.memory import lessons
from acrouter_mcp.memory.connection import Database, Row
from acrouter_mcp.types import ChosenBy, Dimension, Lesson, PolicyName

COLUMNS = (
    "id, created, project, dimension, language, kind, recommended, used, chosen_by, policy, parent,"
    " propensities, priors, expected_costs"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One decision without its task's text, and the lesson that stands of it."""

    id: str
    created: float
    project: str
    dimension: Dimension
    language: str | None
    kind: str
    recommended: str | None
    used: str
    chosen_by: ChosenBy
    policy: PolicyName
    parent: str | None
    propensities: Mapping[str, float]
    priors: Mapping[str, float]
    expected_costs: Mapping[str, float | None]
    lesson: Lesson | None
    """None while no outcome is known."""


@dataclass(frozen=True, slots=True)
class History:
    """Decisions in the order in which they were made, and every lesson in the order in which it was learned."""

    decisions: tuple[Past, ...]
    lessons: tuple[Lesson, ...]
    """Those that were revised, too, each with what it replaces."""


def read(path: Path) -> History:
    """Return what the memory at `path` holds; nothing where there is no such file.

    Raises:
        MemoryUnavailable: the file can't be read.
    """
    if not path.exists():
        return History((), ())
    database = Database.open_to_read(path)
    try:
        with database.reading():
            if not database.value("PRAGMA user_version"):
                return History((), ())
            rows = database.rows(f"SELECT {COLUMNS}, learned FROM decision ORDER BY n")
            generation: int = database.value("SELECT generation FROM state")
            learned = lessons.since(database, generation, 0).lessons
    finally:
        database.close()
    standing = {lesson.seq: lesson for lesson in learned}
    return History(tuple(_past(row, standing) for row in rows), learned)


def _past(row: Row, standing: Mapping[int, Lesson]) -> Past:
    parsed = {name: json.loads(row[name]) for name in ("propensities", "priors", "expected_costs")}
    seq: int | None = row.pop("learned")
    if seq is not None and seq not in standing:
        raise MemoryUnavailable("memory: a decision's lesson is missing; run `acrouter-mcp doctor`")
    return Past(
        **{**row, **parsed, "dimension": Dimension(row["dimension"])},
        lesson=None if seq is None else standing[seq],
    )
