"""Pairs of sandboxes, one for a solution and one for its tests, started ahead of their work and used once.

A pair that waits has an interpreter up and modules imported, no line of anybody's code run. It is contained from its
first instruction like any other, and ends with its one run: nothing survives from one solution to the next.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from acrouter_mcp.verification.runner.instructions import ENVIRONMENT, INSIDE, as_line, compiled
from acrouter_mcp.verification.runner.interpreter import locate, pytest_folder, pytest_parts
from acrouter_mcp.verification.runner.journal import Journal
from acrouter_mcp.verification.sandbox import Exit, Job, Limits, Sandbox, Start

_LAST_WORDS_S = 2.0
"""How long a solution's process that has closed its channel may take to end and so to say why."""
_IDLE_S = 60.0
_EACH, _TOTAL = 3, 4
"""Pairs that wait: of one kind, and of all. A pair holds about 30 MB."""
_PATIENCE_S = 0.5
_APART_S = 0.05
"""Before each start: an answer should be out first, and an earlier pair be ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What two pairs must have in common for one to do the work of the other."""

    sandbox: Sandbox
    python: Path
    limits: Limits
    """Those that hold from the start of a process."""


def kind_of(sandbox: Sandbox, python: Path, limits: Limits) -> Kind:
    """Return the kind of pair that a run needs: CPU seconds are rounded up, what a watchdog bounds is left open."""
    cpu_s = 64 if limits.cpu_s <= 64 else 1024
    fixed = replace(limits, cpu_s=cpu_s, wall_s=Limits().wall_s, quiet_s=None)
    return Kind(sandbox=sandbox, python=python, limits=fixed)


@dataclass(slots=True)
class _Side:
    """One of the two processes."""

    start: Start = field(default_factory=Start)
    over: anyio.Event = field(default_factory=anyio.Event)
    exit: Exit | None = None


class Pair:
    """Two connected sandboxes, for one run."""

    def __init__(self, kind: Kind) -> None:
        """Raises UserError if the interpreter isn't there."""
        self.kind = kind
        self._interpreter = locate(kind.python)
        compiled()
        self._judged, self._judging = _Side(), _Side()
        self._scope = anyio.CancelScope()
        self._journal: Journal | None = None
        self._error: Exception | None = None
        self._finished = anyio.Event()
        self._ended = anyio.Event()

    @property
    def ended(self) -> bool:
        """Whether nothing of it is left."""
        return self._ended.is_set()

    async def live(self) -> None:
        """Start both processes and hold them until they, or `end`, make an end of it; never raises."""
        ours, theirs = socket.socketpair()
        try:
            with self._scope, ours, theirs:
                judged = self._job(self._judged.start, "worker", theirs)
                judging = self._job(self._judging.start, "tests", ours)
                async with anyio.create_task_group() as group:
                    group.start_soon(self._run, self._judged, judged)
                    group.start_soon(self._run, self._judging, judging)
        finally:
            self._ended.set()

    async def work(self, judged: bytes, judging: bytes, journal: Journal, limits: Limits) -> Exit:
        """Hand both sides their work and return how the run ended; raises OSError if a sandbox couldn't be started."""
        self._journal = journal
        self._judged.start.give(judged, replace(limits, quiet_s=None))
        self._judging.start.give(judging, limits)
        await self._finished.wait()
        if journal.gone is not None:
            with anyio.move_on_after(_LAST_WORDS_S):
                await self._judged.over.wait()
        if self._error is not None:
            raise self._error
        last = self._judged.exit if journal.gone is not None else None
        return last or self._judging.exit or Exit(returncode=None, killed=None, stdout=b"", stderr=b"", duration_s=0.0)

    def end(self) -> None:
        """Kill what is left of it."""
        self._scope.cancel()

    async def _run(self, side: _Side, job: Job) -> None:
        try:
            side.exit = await self.kind.sandbox.run(job)
        except Exception as error:
            self._error = error
            self._scope.cancel()
        finally:
            side.over.set()
            if side is self._judging:
                self._finished.set()

    def _job(self, start: Start, role: str, channel: socket.socket) -> Job:
        folder = pytest_folder()
        told = {
            "channel": channel.fileno(),
            "ahead": True,
            "pytest_path": [str(folder)] if folder else [],
        }
        tests = role == "tests"
        return Job(
            argv=(str(self._interpreter.executable), "-s", "-B", str(INSIDE), *([] if tests else [role])),
            readable=(*self._interpreter.readable, *pytest_parts(), INSIDE),
            environment=ENVIRONMENT,
            limits=self.kind.limits,
            start=start,
            sockets=(channel,),
            report=lambda descriptor: as_line(told, report=descriptor) if tests else as_line(told),
            on_report=self._report if tests else None,
        )

    async def _report(self, piece: bytes) -> None:
        if self._journal is not None:
            await self._journal.read(piece)
            if self._journal.over:
                self._finished.set()


class Pairs:
    """At most `_TOTAL` pairs that wait, for as long as verifications are asked for; the first one finds none.

    `tasks` is where they live. Without it every run starts its own, and nothing waits.
    """

    def __init__(self, tasks: TaskGroup | None = None) -> None:
        self._tasks = tasks
        self._waiting: list[Pair] = []
        self._busy = 0
        self._quiet = anyio.Event()
        self._used: Kind | None = None
        self._call = anyio.Event()
        self._kept = False

    @asynccontextmanager
    async def take(self, kind: Kind) -> AsyncIterator[Pair]:
        """Yield a pair for one run; it is killed when this ends. Raises UserError if there is no interpreter."""
        self._busy += 1
        try:
            async with anyio.create_task_group() as own:
                pair = self._ready(kind)
                if pair is None:
                    pair = Pair(kind)
                    (self._tasks or own).start_soon(pair.live)
                try:
                    yield pair
                finally:
                    pair.end()
        finally:
            self._busy -= 1
            if not self._busy:
                self._quiet.set()
                self._quiet = anyio.Event()
            self._wanted(kind)

    def _ready(self, kind: Kind) -> Pair | None:
        self._waiting = [pair for pair in self._waiting if not pair.ended]
        found = next((pair for pair in self._waiting if pair.kind == kind), None)
        if found:
            self._waiting.remove(found)
        return found

    def _wanted(self, kind: Kind) -> None:
        """Have pairs of this kind ready for the next."""
        if self._tasks is None:
            return
        self._used = kind
        self._call.set()
        if not self._kept:
            self._kept = True
            self._tasks.start_soon(self._keep)

    async def _keep(self) -> None:
        """Hold pairs ready until nobody has asked for a minute."""
        idle = False
        while not idle:
            self._call = anyio.Event()
            await self._fill()
            with anyio.move_on_after(_IDLE_S) as minute:
                await self._call.wait()
            idle = minute.cancelled_caught
        self._kept = False
        for pair in self._waiting:
            pair.end()
        self._waiting.clear()

    async def _fill(self) -> None:
        kind = self._used
        while kind and sum(pair.kind == kind for pair in self._waiting) < _EACH:
            await self._calm()
            while len(self._waiting) >= _TOTAL:
                self._waiting.pop(0).end()
            pair = Pair(kind)
            self._waiting.append(pair)
            if self._tasks:
                self._tasks.start_soon(pair.live)
            kind = self._used

    async def _calm(self) -> None:
        """Let answers go out, and runs under way that may soon be over: they need the processors more."""
        await anyio.sleep(_APART_S)
        if self._busy:
            with anyio.move_on_after(_PATIENCE_S):
                await self._quiet.wait()
                await anyio.sleep(_APART_S)
