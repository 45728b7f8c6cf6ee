"""A tree of processes: who is there, and how much memory they hold. Read out of /proc, else asked of `ps`."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False  # the warden has no time for `typing`
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HAS_PROC = os.path.isdir("/proc/self/task")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(pid: int, *, limit: int) -> list[int]:
    """Return `pid` and the processes below it, breadth first; stops soon after more than `limit` are found."""
    table = {} if HAS_PROC else _table()
    found = [pid]
    for parent in found:
        if len(found) > limit:
            break
        found += _children(parent) if HAS_PROC else table.get(parent, [])
    return found


def resident_mb(pids: Sequence[int]) -> float:
    """Return the memory of `pids` together, in MB (10^6): resident, or in files that have no name any more."""
    if not HAS_PROC:
        return sum(_ps("rss", "-p", ",".join(map(str, pids)))) / 1e3 if pids else 0.0
    resident = shared = 0
    for pid in pids:
        try:
            words = _read(f"/proc/{pid}/statm").split()
        except OSError:
            continue
        if len(words) > 2:  # else it has just ended
            resident, shared = resident + int(words[1]), shared + int(words[2])
    return (resident * _PAGE + max(nameless(pids) - shared * _PAGE, 0)) / 1e6


def threads(pids: Iterable[int]) -> int:
    """Return how many threads `pids` have together."""
    total = 0
    for pid in pids:
        try:
            total += os.stat(f"/proc/{pid}/task").st_nlink - 2
        except OSError:
            continue
    return total


def nameless(pids: Iterable[int]) -> int:
    """Return the bytes in regular files that `pids` hold open and that have no name: memfd, or unlinked."""
    seen: dict[tuple[int, int], int] = {}
    for pid in pids:
        try:
            opened = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for number in opened:
            try:
                found = os.stat(f"/proc/{pid}/fd/{number}")
            except OSError:
                continue
            if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                seen[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(seen.values())


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            children += map(int, _read(f"/proc/{pid}/task/{task}/children").split())
    except OSError:
        pass
    return children


def _read(place: str) -> bytes:
    with open(place, "rb", buffering=0) as file:
        return file.read()


def _table() -> dict[int, list[int]]:
    numbers = _ps("pid,ppid", "-A")
    below: dict[int, list[int]] = {}
    for pid, parent in zip(numbers[::2], numbers[1::2], strict=False):
        below.setdefault(parent, []).append(pid)
    return below


def _ps(columns: str, *which: str) -> list[int]:
    """Return the numbers in these columns of the table of processes."""
    import subprocess

    wanted = [word for column in columns.split(",") for word in ("-o", f"{column}=")]
    said = subprocess.run(["/bin/ps", *which, *wanted], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in said.split()]
