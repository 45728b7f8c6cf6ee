"""Verifications: a verdict with its trace, kept whether or not it closed a decision."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from acrouter_mcp.memory import decisions
from acrouter_mcp.memory.connection import Database
from acrouter_mcp.types import Verdict

VERDICT = TypeAdapter(Verdict)


def save(database: Database, verification_id: str, decision_id: str | None, created: float, verdict: Verdict) -> None:
    """Store a verdict, in place of an earlier one of the same id.

    Raises:
        UserError: there is no such decision.
        MemoryUnavailable: the file can't be written.
    """
    n = decisions.number(database, decision_id) if decision_id is not None else None
    sql = "INSERT OR REPLACE INTO verification (id, decision, created, verdict, detail) VALUES (?, ?, ?, ?, ?)"
    detail = json.dumps(VERDICT.dump_python(verdict), ensure_ascii=False, default=str)
    database.rows(sql, verification_id, n, created, verdict.verdict, detail)


def load(database: Database, verification_id: str) -> tuple[str | None, Verdict] | None:
    """Return the decision (if any) and the verdict of that verification, or None if there is none."""
    sql = """SELECT d.id AS decision_id, v.detail FROM verification v LEFT JOIN decision d ON d.n = v.decision
             WHERE v.id = ?"""
    row = database.row(sql, verification_id)
    return None if row is None else (row["decision_id"], VERDICT.validate_json(row["detail"]))
