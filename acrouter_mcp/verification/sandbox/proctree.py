"""Reading a tree of processes out of /proc: who is there, and how much memory they hold (Linux only)."""

from __future__ import annotations

import os
from pathlib import Path


def descendants(pid: int, *, limit: int) -> list[int]:
    """Return `pid` and the processes below it, breadth first; stops soon after more than `limit` are found."""
    found = [pid]
    for parent in found:
        if len(found) > limit:
            break
        found += _children(parent)
    return found


def resident_mb(pids: list[int]) -> float:
    """Return the resident memory of `pids` together, in MB (10^6); those that are gone count nothing."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def threads(pids: list[int]) -> int:
    """Return how many threads `pids` have together."""
    total = 0
    for pid in pids:
        try:
            total += sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
        except OSError:
            continue
    return total


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text(encoding="ascii").split())
    except OSError:
        pass
    return children
