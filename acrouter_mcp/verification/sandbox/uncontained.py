"""Limits only, for those who asked for it by `ACROUTER_ALLOW_UNCONTAINED`: *no* containment.

What is judged can read the user's files, reach the network and signal the server. Only a scratch directory, a bare
environment, the kernel's limits and the watchdogs stand between. POSIX only; daemons are found by their environment.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.verification.sandbox.base import Exit, Job
from acrouter_mcp.verification.sandbox.copies import copy_of
from acrouter_mcp.verification.sandbox.limits import base_environment, limited
from acrouter_mcp.verification.sandbox.supervise import kill_tree, supervise

_MARK = "ACROUTER_RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncontained:
    """The tier that isn't one."""

    name: str = "uncontained"
    contained: bool = False

    async def run(self, job: Job) -> Exit:
        """See `Sandbox.run`."""
        async with AsyncExitStack() as stack:
            place = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="acrouter-", ignore_cleanup_errors=True))
            )
            work, home = place / "work", place / "home"
            home.mkdir()
            if job.workspace:
                work = await stack.enter_async_context(copy_of(job.workspace))
            else:
                _write(work, job)
            mark = secrets.token_hex(8)
            environment = base_environment(job, home=home) | {_MARK: mark}
            argv = ["/bin/sh", "-c", limited(job.limits, processes=None), "sh", *job.argv]
            return await supervise(argv, job, environment=environment, cwd=work, end_tree=_end_tree(mark))


def _write(work: Path, job: Job) -> None:
    work.mkdir()
    for name, content in job.files.items():
        target = work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _end_tree(mark: str) -> Callable[[int], None]:
    wanted = f"{_MARK}={mark}".encode()

    def end(pid: int) -> None:
        kill_tree(pid)
        for entry in Path("/proc").glob("[0-9]*"):  # finds nothing where there is no /proc
            with suppress(OSError):
                if wanted in (entry / "environ").read_bytes():
                    os.kill(int(entry.name), 9)

    return end
