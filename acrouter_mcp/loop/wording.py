"""Amounts in words."""

from __future__ import annotations


def money(usd: float | None) -> str:
    """Return an amount as people read it; an unknown one is said to be unknown, never 0."""
    if usd is None:
        return "unknown"
    if usd == 0 or usd >= 1:
        return f"${usd:.2f}"
    return f"${usd:.2g}" if usd < 0.001 else f"${usd:.4f}"
