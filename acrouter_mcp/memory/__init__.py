"""The memory: one SQLite file whose ordinary tables are the truth and whose vector index can always be rebuilt."""

from acrouter_mcp.memory.records import (
    ArmStats,
    DecisionStatus,
    DecisionSummary,
    IndexKind,
    LessonBatch,
    OpenDecisions,
    Outcome,
    Stats,
)
from acrouter_mcp.memory.store import Memory
from acrouter_mcp.memory.verifications import Verified

__all__ = [
    "ArmStats",
    "DecisionStatus",
    "DecisionSummary",
    "IndexKind",
    "LessonBatch",
    "Memory",
    "OpenDecisions",
    "Outcome",
    "Stats",
    "Verified",
]
