"""Jobs without namespaces of their own: in a folder of the host's, started and ended by a warden."""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any

from acrouter_mcp.verification.sandbox.base import Exit, Job, Limits
from acrouter_mcp.verification.sandbox.copies import copy_tree, link_shown
from acrouter_mcp.verification.sandbox.footprint import Folder
from acrouter_mcp.verification.sandbox.limits import base_environment
from acrouter_mcp.verification.sandbox.supervise import supervise

_WARDEN = (Path(__file__).parent.parent / "warden" / "__main__.py").resolve()
_READ_ONLY = 0o444


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a job runs: its working directory and its home, both writable and thrown away."""

    work: Path
    home: Path
    given: tuple[Path, ...]
    """Files, and the folders below the working directory that they lie in: not to be changed or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """How a tier wraps a job: words before its command line, and what else the warden is told."""

    before: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=lambda: {"landlock": None})


async def run_warded(job: Job, outfit: Callable[[Job, Places], Outfit]) -> Exit:
    """Run `job` in a folder of its own, dressed as `outfit` says."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="acrouter-", ignore_cleanup_errors=True))
        place = Path(folder).resolve()  # noqa: ASYNC240 - once, of a folder that is ours
        places = Places(work=place / "work", home=place / "home", given=())
        places.home.mkdir()
        if job.workspace:
            link_shown(job.workspace, places.work, await copy_tree(job.workspace, places.work))
        else:
            places = write(job, places)
        with started(job, places, outfit(job, places)) as (argv, lifeline, cut):
            return await supervise(
                argv,
                job,
                environment={},
                cwd=place,
                descriptors=(lifeline,),
                end_tree=lambda _pid: cut(),
                footprint=Folder(place, job),
            )


@contextmanager
def started(job: Job, places: Places, outfit: Outfit) -> Iterator[tuple[list[str], int, Callable[[], None]]]:
    """Yield the warden's command line, the descriptor that it must inherit, and what ends its tree."""
    ear, mouth = os.pipe()
    with os.fdopen(ear, "rb", buffering=0), os.fdopen(mouth, "wb", buffering=0) as lifeline:
        told = {
            "argv": [*outfit.before, *job.argv],
            "environment": base_environment(job, home=places.home),
            "cwd": str(places.work),
            "place": str(places.home.parent),
            "given": list(map(str, places.given)),
            "limits": _limits(job.limits),
            "tasks": job.limits.processes,
            "lifeline": ear,
            **outfit.told,
        }
        told_at = places.home.parent / "told"
        told_at.write_bytes(marshal.dumps(told))
        # The server's end, however it comes, closes the pipe
        yield [sys.executable, "-I", "-S", str(_WARDEN), str(told_at)], ear, partial(_cut, lifeline)


def _cut(lifeline: FileIO) -> None:
    """End the warden's tree; the word says that this server lives and clears up by itself."""
    if not lifeline.closed:
        lifeline.write(b".")
        lifeline.close()


def write(job: Job, places: Places) -> Places:
    """Write the job's files, read-only, below its working directory; returns the places with them."""
    places.work.mkdir()
    given: set[Path] = set()
    for name, content in job.files.items():
        target = places.work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(_READ_ONLY)
        given.update((target, *target.parents[: len(target.parents) - len(places.work.parents) - 1]))
    return Places(work=places.work, home=places.home, given=tuple(sorted(given)))


def _limits(limits: Limits) -> dict[str, int]:
    return {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": limits.cpu_s,
        "RLIMIT_FSIZE": limits.file_mb << 20,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_AS": limits.address_mb << 20,
    }
