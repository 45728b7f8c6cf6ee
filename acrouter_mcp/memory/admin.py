"""What a person does with the memory: list, show, count, check and forget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from acrouter_mcp.memory import decisions, outcomes, ranking, vec0
from acrouter_mcp.memory.connection import Database, Value
from acrouter_mcp.memory.decisions import EXPIRY_S
from acrouter_mcp.memory.records import ArmStats, DecisionStatus, DecisionSummary, IndexKind, Stats

HEAD = 120
"""Characters of a task in a list."""
STATUS = """CASE WHEN d.learned IS NOT NULL THEN 'closed' WHEN d.abandoned IS NOT NULL THEN 'abandoned'
            WHEN d.created > ? THEN 'open' ELSE 'expired' END"""
"""A decision's status, given the time before which an open one counts as expired."""


def summaries(
    database: Database,
    *,
    limit: int,
    now: float,
    project: str | None,
    status: DecisionStatus | None,
    dimension: str | None,
    arm: str | None,
) -> list[DecisionSummary]:
    """Return the newest decisions that fit all that is given, newest first."""
    wanted = {"d.project": project, "d.dimension": dimension, "d.used": arm, STATUS: status}
    clauses = ["TRUE"]
    values: list[Value] = [now - EXPIRY_S]
    for column, value in wanted.items():
        if value is not None:
            clauses.append(f"{column} = ?")
            values += [now - EXPIRY_S, value] if column is STATUS else [value]
    sql = f"""SELECT d.id, d.created, d.project, substr(d.task, 1, {HEAD}) AS task, d.dimension, d.language, d.used,
                     l.quality, l.cost_usd, {STATUS} AS status
              FROM decision d LEFT JOIN lesson l ON l.seq = d.learned
              WHERE {" AND ".join(clauses)} ORDER BY d.created DESC, d.n DESC LIMIT ?"""
    return [DecisionSummary(**row) for row in database.rows(sql, *values, limit)]


def show(database: Database, decision_id: str, now: float) -> dict[str, Any]:
    """Return everything known of one decision, as JSON can say it: outcomes with all revisions, lessons, verifications.

    Raises:
        UserError: there is no such decision.
        MemoryUnavailable: the file can't be read.
    """
    with database.reading():
        decision = decisions.load(database, decision_id)
        n = decisions.number(database, decision_id)
        heard = outcomes.load(database, n)
        stands = ranking.standing(heard) if heard else None
        lessons = """SELECT seq, arm, quality, weight, prior_mean, input_tokens, output_tokens, cost_usd, created,
                            replaces FROM lesson WHERE decision = ? ORDER BY seq"""
        verifications = "SELECT id, created, detail FROM verification WHERE decision = ? ORDER BY created"
        return {
            "decision": asdict(decision),
            "status": database.value(f"SELECT {STATUS} FROM decision d WHERE n = ?", now - EXPIRY_S, n),
            "quality": stands.learned.quality if stands else None,
            "final_quality": stands.final.quality if stands else None,
            "attempts": stands.attempts if stands else 0,
            "cost_usd": stands.cost_usd if stands else None,
            "expected_cost_usd": decision.expected_costs.get(decision.used),
            "outcomes": [
                {**asdict(outcome), "learned": stands is not None and outcome is stands.learned} for outcome in heard
            ],
            "lessons": database.rows(lessons, n),
            "verifications": [
                {"id": row["id"], "created": row["created"], **json.loads(row["detail"])}
                for row in database.rows(verifications, n)
            ],
            "embedders": [
                row["name"]
                for row in database.rows(
                    "SELECT name FROM embedder e JOIN vector ON embedder = e.n WHERE decision = ?", n
                )
            ],
        }


def stats(database: Database, index_kind: IndexKind, unembedded: int) -> Stats:
    """Count what there is and what was learned, by dimension and arm."""
    cost, expected = outcomes.LEARNED_COST, outcomes.EXPECTED_COST
    by_arm = f"""SELECT d.dimension, l.arm, count(*) AS n, avg(l.quality) AS quality, avg({cost}) AS cost_usd,
                        count(iif(l.cost_usd IS NULL, {expected}, NULL)) AS expected_costs
                 FROM decision d JOIN lesson l ON l.seq = d.learned GROUP BY d.dimension, l.arm ORDER BY 1, 2"""
    with database.reading():
        return Stats(
            decisions=database.value("SELECT count(*) FROM decision"),
            closed=database.value("SELECT count(*) FROM decision WHERE learned IS NOT NULL"),
            outcomes=database.value("SELECT count(*) FROM outcome"),
            by_arm=tuple(ArmStats(**row) for row in database.rows(by_arm)),
            file_bytes=_size(database.path),
            index_kind=index_kind,
            unembedded=unembedded,
        )


def damage(database: Database) -> list[str]:
    """Return what SQLite finds wrong with the file; nothing, when all is well.

    Raises:
        MemoryUnavailable: the file can't be read at all.
    """
    found = [str(row["quick_check"]) for row in database.rows("PRAGMA quick_check(20)")]
    return [] if found == ["ok"] else found


def forget(database: Database, numbers: Sequence[int], *, vec0_loaded: bool) -> int:
    """Delete decisions by row number with every trace of them, within a transaction; return how many there were.

    What other servers hold in their heads they drop too: the generation goes up, and they start anew from what stands.
    """
    rows = [(n,) for n in numbers]
    if rows:
        database.rows("UPDATE state SET generation = generation + 1")
        vec0.forget(database, list(numbers), loaded=vec0_loaded)
    seen = "SELECT host, session FROM work WHERE decision = ?"
    database.run_many(f"DELETE FROM event WHERE (host, session) IN ({seen})", rows)
    for table in ("vector", "lesson", "outcome", "verification", "work"):
        database.run_many(f"DELETE FROM {table} WHERE decision = ?", rows)
    database.run_many("DELETE FROM decision WHERE n = ?", rows)
    return len(rows)


def numbers_of_project(database: Database, project: str) -> list[int]:
    """Return the row numbers of a project's decisions."""
    return [row["n"] for row in database.rows("SELECT n FROM decision WHERE project = ?", project)]


def numbers_before(database: Database, time: float) -> list[int]:
    """Return the row numbers of the decisions made before `time`."""
    return [row["n"] for row in database.rows("SELECT n FROM decision WHERE created < ?", time)]


def forget_lone_verifications(database: Database, time: float) -> None:
    """Delete verifications before `time` that belong to no decision."""
    database.rows("DELETE FROM verification WHERE decision IS NULL AND created < ?", time)


def wipe_log(database: Database) -> None:
    """Move the write-ahead log into the file and empty it, since it still has the deleted text.

    While another server reads, SQLite leaves that for later: the log goes when the last connection closes.
    """
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def _size(path: Path) -> int:
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
