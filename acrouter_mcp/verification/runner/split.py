"""The solution in one sandbox, its tests in another, plain data between them.

The solution's process never sees a test or an expected value, and the process that judges never runs a line of the
solution's: all that the solution can choose are the values that it answers with.
"""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import anyio

from acrouter_mcp.verification.runner.base import OnRow, PythonRun, Runner, RunReport
from acrouter_mcp.verification.runner.crossing import cannot_be_split, names_mentioned, names_taken
from acrouter_mcp.verification.runner.inprocess import InProcess
from acrouter_mcp.verification.runner.instructions import ENVIRONMENT, INSIDE, as_line, content, instructions
from acrouter_mcp.verification.runner.interpreter import Interpreter, locate, pytest_parts
from acrouter_mcp.verification.runner.journal import Journal
from acrouter_mcp.verification.runner.plan import TestPlan, plan
from acrouter_mcp.verification.sandbox import Exit, Job, Sandbox

_LAST_WORDS_S = 2.0
"""How long a solution's process that has closed its channel may take to end and so to say why."""
_LEAST_S = 0.5


class Split:
    """Two sandboxes; what they can't do, `other` does in one (and its report says so)."""

    def __init__(self, other: Runner | None = None) -> None:
        self._other: Runner = other or InProcess()

    async def run(self, run: PythonRun, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """See `Runner.run`; raises SyntaxError if the tests can't be parsed."""
        started = time.monotonic()
        plans = {name: plan(text) for name, text in run.tests.items()}
        if not plans or cannot_be_split(run):
            return await self._other.run(run, sandbox, on_row)
        report = await self._split(run, plans, sandbox, on_row)
        if report is not None:
            return report
        left = max(run.limits.wall_s - (time.monotonic() - started), _LEAST_S)
        return await self._other.run(replace(run, limits=replace(run.limits, wall_s=left)), sandbox, on_row)

    async def _split(
        self, run: PythonRun, plans: Mapping[str, TestPlan], sandbox: Sandbox, on_row: OnRow | None
    ) -> RunReport | None:
        """Return what happened; None if the tests want to hand over what can't cross."""
        journal = Journal(plans, nonce=secrets.token_hex(16), canary=secrets.token_hex(4), on_row=on_row)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            told = instructions(run, plans, journal) | {
                "taken": names_taken(run),
                "mentioned": names_mentioned(run),
                "channel": ours.fileno(),
            }
            judged, judging = _jobs(run, told, journal, locate(run.python), theirs, ours)
            exits = await _both(sandbox, judged, judging, lambda: journal.gone is not None)
        if journal.limit is not None:
            return None
        ended = exits[0] if journal.gone is not None and exits[0] is not None else exits[1]
        report = journal.close(ended, run.limits)
        return replace(report, integrity="split+opaque" if journal.opaque else "split", duration_s=exits[1].duration_s)


def _jobs(
    run: PythonRun,
    told: Mapping[str, object],
    journal: Journal,
    interpreter: Interpreter,
    theirs: socket.socket,
    ours: socket.socket,
) -> tuple[Job, Job]:
    """Return the job of the solution's process, and of the tests'."""
    program = (str(interpreter.executable), "-s", "-B", str(INSIDE))
    readable = (*interpreter.readable, *pytest_parts(), INSIDE)
    data = {name: text for name, text in run.files.items() if not name.endswith(".py")}
    serving = {name: told[name] for name in ("roots", "own_modules")}
    judged = Job(
        argv=(*program, "worker"),
        files=content(run.files),
        readable=readable,
        environment=ENVIRONMENT,
        stdin=as_line(serving, channel=theirs.fileno()),
        limits=replace(run.limits, quiet_s=None),
        sockets=(theirs,),
    )
    judging = Job(
        argv=program,
        files=content({**data, **run.tests}),
        readable=readable,
        environment=ENVIRONMENT,
        limits=run.limits,
        sockets=(ours,),
        report=lambda descriptor: as_line(told, report=descriptor),
        on_report=journal.read,
    )
    return judged, judging


async def _both(sandbox: Sandbox, judged: Job, judging: Job, has_gone: Callable[[], bool]) -> tuple[Exit | None, Exit]:
    """Return how each ended: the tests' process in its own time, the solution's (if it does) soon after."""
    first: list[Exit] = []
    over = anyio.Event()

    async def serve() -> None:
        first.append(await sandbox.run(judged))
        over.set()

    async with anyio.create_task_group() as group:
        group.start_soon(serve)
        last = await sandbox.run(judging)
        with anyio.move_on_after(_LAST_WORDS_S if has_gone() else 0):
            await over.wait()
        group.cancel_scope.cancel()
    return (first[0] if first else None), last
