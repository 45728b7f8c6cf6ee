"""Running a child to its end or its limits: pumps, watchdogs, and the end of the whole tree."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import anyio
from anyio.abc import ByteReceiveStream, Process

from acrouter_mcp.verification.sandbox.base import Exit, Job, Killed, Limits, OnReport
from acrouter_mcp.verification.sandbox.footprint import Footprint
from acrouter_mcp.verification.warden import proctree

_KEPT = 128 * 1024
_WATCH_S = 0.025
"""A memory balloon fills about 50 MB between two looks, a fork bomb makes a few hundred processes."""
_FAREWELL_S = 5.0
_MANY = 2000


@dataclass(slots=True)
class _Run:
    """What is going on in one run; its end closes over it."""

    process: Process
    job: Job
    end_tree: Callable[[int], None]
    footprint: Footprint
    killed: Killed | None = None
    last_report: float = field(default_factory=time.monotonic)

    @property
    def limits(self) -> Limits:
        """What holds now."""
        start = self.job.start
        return start.limits if start and start.limits else self.job.limits

    async def begun(self) -> None:
        """Wait until the program has its work."""
        if self.job.start:
            await self.job.start.given()
        self.last_report = time.monotonic()

    def end(self, why: Killed) -> None:
        """End the tree; the first reason stands."""
        self.killed = self.killed or why
        self.end_tree(self.process.pid)


def kill_tree(pid: int) -> None:
    """Kill the process group of `pid` and whatever else descends from it.

    Unlike `Process.kill` this doesn't race the event loop's reaper. A sandbox that is still being set up dies by its
    group or by its parentage, whichever its processes have not left yet.
    """
    below = proctree.descendants(pid, limit=_MANY)[1:]
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for child in below:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)


async def supervise(
    argv: Sequence[str],
    job: Job,
    *,
    environment: Mapping[str, str],
    cwd: Path,
    footprint: Footprint,
    descriptors: Sequence[int] = (),
    end_tree: Callable[[int], None] = kill_tree,
) -> Exit:
    """Run `argv` under `job.limits` and return how it ended; on return, error and cancellation alike its tree is dead.

    `descriptors` are inherited by the child. `end_tree` kills everything that descends from the child's pid.
    Raises OSError when the program can't be started.
    """
    started = time.monotonic()
    async with _report_channel() as (reader, writer):
        stdin = (job.report(writer.fileno()) if job.report else b"") + job.stdin
        with anyio.CancelScope(shield=True):  # a cancelled start would leave a half-made sandbox behind
            process = await anyio.open_process(
                list(argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment),
                cwd=cwd,
                start_new_session=True,
                pass_fds=(*descriptors, writer.fileno(), *(s.fileno() for s in job.sockets)),
            )
        writer.close()
        for inherited in job.sockets:
            inherited.close()
        _offer_to_the_oom_killer(process.pid)
        run = _Run(process, job, end_tree, footprint)
        try:
            stdout, stderr = await _attend(run, stdin, reader)
        finally:
            end_tree(process.pid)
            with anyio.CancelScope(shield=True), anyio.move_on_after(_FAREWELL_S):
                await process.wait()
            if process.returncode is None:  # `end_tree` couldn't do it
                kill_tree(process.pid)
            with anyio.CancelScope(shield=True):
                await process.aclose()
    return Exit(
        returncode=process.returncode,
        killed=run.killed,
        stdout=stdout,
        stderr=stderr,
        duration_s=time.monotonic() - started,
    )


@contextlib.asynccontextmanager
async def _report_channel() -> AsyncIterator[tuple[int, BinaryIO]]:
    """Yield (reader, writer) of a pipe; both are closed at the end, the writer earlier by whoever started the child."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    # A file object closes once: by its number, a second close could hit what another run has opened since
    with os.fdopen(reader, "rb", buffering=0), os.fdopen(writer, "wb", buffering=0) as write_end:
        yield reader, write_end


async def _attend(run: _Run, stdin: bytes, reader: int) -> tuple[bytes, bytes]:
    """Feed and watch the child until it has ended and its pipes are empty; returns the tails of its output."""
    process, tails = run.process, (bytearray(), bytearray())
    async with anyio.create_task_group() as group:
        group.start_soon(_watch, run)
        group.start_soon(_feed, run, stdin)
        async with anyio.create_task_group() as pipes:
            for stream, tail in zip((process.stdout, process.stderr), tails, strict=True):
                if stream is not None:
                    pipes.start_soon(_pump, run, stream, tail)
            pipes.start_soon(_read_report, run, reader, run.job.on_report)
            async with anyio.create_task_group() as clock:
                clock.start_soon(_time, run)
                await process.wait()
                clock.cancel_scope.cancel()
            run.end_tree(process.pid)  # whoever still holds a pipe open has no business here any more
            pipes.cancel_scope.deadline = anyio.current_time() + _FAREWELL_S
        group.cancel_scope.cancel()
    return bytes(tails[0]), bytes(tails[1])


async def _time(run: _Run) -> None:
    await run.begun()
    await anyio.sleep(run.limits.wall_s)
    run.end("time")


async def _feed(run: _Run, stdin: bytes) -> None:
    if run.process.stdin is not None:
        with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await run.process.stdin.send(stdin)
            if run.job.start:
                await run.job.start.given()
                await run.process.stdin.send(run.job.start.stdin)
            await run.process.stdin.aclose()


async def _pump(run: _Run, stream: ByteReceiveStream, tail: bytearray) -> None:
    total = 0
    with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream):
        async for piece in stream:
            total += len(piece)
            tail += piece
            del tail[:-_KEPT]
            if total > run.job.limits.output_mb << 20:
                run.end("output")
                return


async def _read_report(run: _Run, reader: int, on_report: OnReport | None) -> None:
    total = 0
    while True:
        await anyio.wait_readable(reader)
        piece = os.read(reader, 65536)
        if not piece:
            return
        run.last_report = time.monotonic()
        total += len(piece)
        if total > run.job.limits.output_mb << 20:
            run.end("output")
            return
        if on_report:
            await on_report(piece)


async def _watch(run: _Run) -> None:
    """End the run when its tree holds too much, or when its report has been quiet for too long."""
    await run.begun()
    limits = run.limits
    while True:
        await anyio.sleep(_WATCH_S)
        pids = proctree.descendants(run.process.pid, limit=2 * limits.processes)
        if len(pids) > limits.processes + 8 or proctree.threads(pids) > 2 * limits.processes:
            run.end("processes")  # the kernel's own limit doesn't bind root
        elif proctree.resident_mb(pids) > limits.tree_mb:
            run.end("memory")
        elif await run.footprint.exceeded(pids):
            run.end("disk")
        elif limits.quiet_s is not None and time.monotonic() - run.last_report > limits.quiet_s:
            run.end("quiet")


def _offer_to_the_oom_killer(pid: int) -> None:
    """Where memory runs out, a run is to go, not the server."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000", encoding="ascii")
