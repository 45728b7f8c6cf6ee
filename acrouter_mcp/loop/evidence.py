"""Strength of evidence: one table for every path into the memory (contract, section 2)."""

from __future__ import annotations

from acrouter_mcp.types import Source, Verdict

USER = 1.0
CI = 0.9
CLAIMED = 0.6
"""`user` or `ci` said by an agent through the tool, which nobody can check."""
MERGED = 0.7
"""A commit that was merged and kept, or reverted."""
TEST_RUN = 0.6
"""The last test-like command's exit status in an agent."""
AGENT = 0.3
RETRIED = 0.3
"""An open decision whose task is asked for again: a hint that it failed."""
REPEATED_S = (60.0, 3_600.0)
"""The same words after so many seconds are a repeated request; sooner an agent says one thing twice, or has two
helpers do alike; later it is another day's work."""
IN_PROCESS_CAP = 0.9
STATIC_CAP = 0.3


def weight_of_report(source: Source, *, claimed: bool) -> float:
    """Return the weight of what somebody reports; `claimed` when an agent speaks for that somebody."""
    if source in ("user", "ci") and claimed:
        return CLAIMED
    return {"user": USER, "ci": CI}.get(source, AGENT)


def weight_of_verdict(verdict: Verdict) -> float:
    """Return the weight of a verdict that is not `unsure`: its confidence, capped by how it could have been forged."""
    caps = {"split": 1.0, "split+opaque": 1.0, "in-process": IN_PROCESS_CAP, "none": STATIC_CAP}
    return min(verdict.confidence, caps[verdict.integrity])
