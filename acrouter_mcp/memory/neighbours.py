"""Reading what a vector search found."""

from __future__ import annotations

import json
from collections.abc import Sequence

from acrouter_mcp.memory.connection import Database
from acrouter_mcp.memory.index import Hit
from acrouter_mcp.types import Dimension, Neighbour


def read(database: Database, hits: Sequence[Hit]) -> list[Neighbour]:
    """Return the decisions found, in the order of `hits`, each with what was learned of it.

    Raises:
        MemoryUnavailable: the file can't be read.
    """
    sql = """SELECT d.n, d.id AS decision_id, l.arm, d.dimension, d.kind, l.quality, l.weight, d.task, d.project,
                    l.cost_usd, d.created, (SELECT v.verdict FROM verification v WHERE v.decision = d.n
                                            ORDER BY v.created DESC LIMIT 1) AS verdict
             FROM json_each(?) wanted JOIN decision d ON d.n = wanted.value JOIN lesson l ON l.seq = d.learned"""
    found = {row.pop("n"): row for row in database.rows(sql, json.dumps([hit.n for hit in hits]))}
    return [
        Neighbour(**{**found[hit.n], "dimension": Dimension(found[hit.n]["dimension"]), "similarity": hit.similarity})
        for hit in hits
        if hit.n in found
    ]
