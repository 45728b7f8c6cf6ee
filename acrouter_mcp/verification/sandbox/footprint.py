"""How much a run has written: asked again and again while it runs, so asked cheaply."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import anyio.to_thread

from acrouter_mcp.verification.sandbox.base import Job

_ANYWAY_S = 1.0
_FILES_PER_MB = 300


@dataclass(frozen=True, slots=True)
class Holding:
    """Bytes on disk, and how many files: an empty one costs no block, but about a kilobyte of the kernel's memory."""

    size: float
    files: int

    def exceeds(self, other: Holding, share: float = 1.0) -> bool:
        """Whether this is more than this share of the other."""
        return self.size > share * other.size or self.files > share * other.files

    def since(self, earlier: Holding) -> Holding:
        """Return what has come to it."""
        return Holding(self.size - earlier.size, self.files - earlier.files)


_NOTHING = Holding(0.0, 0)


def most(job: Job) -> Holding:
    """Return what a job may hold: a project's suite, which may build things, more than a solution."""
    size = job.limits.scratch_mb
    return Holding((16e6 if job.workspace else 2e6) * size, _FILES_PER_MB * size)


class Footprint(Protocol):
    """What a tier's writable places hold."""

    async def exceeded(self, pids: Sequence[int], /) -> bool:
        """Whether the run of these processes (the first is ours, the second the first of its own) holds too much."""
        ...


class Mounts:
    """Writable places that are file systems of the run's own; those that have a size of their own limit themselves."""

    def __init__(self, places: Sequence[Path], job: Job) -> None:
        self._places, self._most = places, most(job)

    async def exceeded(self, pids: Sequence[int], /) -> bool:
        """See `Footprint`."""
        return len(pids) > 1 and any(self._holds_too_much(pids[1], place) for place in self._places)

    def _holds_too_much(self, pid: int, place: Path) -> bool:
        try:
            found = os.statvfs(f"/proc/{pid}/root{place}")
            host = os.statvfs(place) if place.exists() else None
        except OSError:
            return False
        if host and found.f_fsid == host.f_fsid:  # a plain copy, or not mounted yet
            return False
        return _used(found).exceeds(self._most)


class Folder:
    """A folder on the host's disk. It is only walked when the disk has filled up by a part of it, and once a second."""

    def __init__(self, place: Path, job: Job) -> None:
        self._place, self._most = place, most(job)
        self._counts_from = None if job.workspace else _NOTHING
        self._disk, self._looked = _used(os.statvfs(place)), time.monotonic()

    async def exceeded(self, _pids: Sequence[int], /) -> bool:
        """See `Footprint`."""
        try:
            disk = _used(os.statvfs(self._place))
        except OSError:
            return False
        filled = disk.since(self._disk).exceeds(self._most, 0.25)
        if self._counts_from and not filled and time.monotonic() - self._looked < _ANYWAY_S:
            return False
        held = await anyio.to_thread.run_sync(_held, self._place)
        self._disk, self._looked = disk, time.monotonic()
        if self._counts_from is None:  # a copy of a workspace: what it adds to itself counts
            self._counts_from = held
        return held.since(self._counts_from).exceeds(self._most)


def _used(found: os.statvfs_result) -> Holding:
    return Holding(float((found.f_blocks - found.f_bfree) * found.f_frsize), found.f_files - found.f_ffree)


def _held(place: Path) -> Holding:
    """Return what is below a folder, as far as it can be read."""
    size, entries, folders = 0.0, 0, [str(place)]
    while folders:
        try:
            with os.scandir(folders.pop()) as listing:
                for entry in listing:
                    found = entry.stat(follow_symlinks=False)
                    size += found.st_blocks * 512
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue
    return Holding(size, entries)
