"""JavaScript and TypeScript: Node, with the solution in one sandbox and its tests in another.

Modules are given to Node under names of our own (`a.js.mjs`, `a.js.cjs`), so that what a file is doesn't hang on a
`package.json`, and with its types erased. The tests' frameworks are ours: node:test, and the globals of jest, vitest
and mocha, need nothing that isn't there.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

import anyio

from acrouter_mcp.verification.languages import staged, syntax
from acrouter_mcp.verification.languages.base import Syntax, Toolchain
from acrouter_mcp.verification.languages.jsmodules import (
    INSIDE,
    SUFFIXES,
    TEST_FILE,
    TYPED,
    Prepared,
    as_programs,
    has_markup,
    is_typed,
    suffix_of,
)
from acrouter_mcp.verification.languages.programs import Recipe
from acrouter_mcp.verification.languages.tools import missing, program
from acrouter_mcp.verification.runner.base import OnRow, Run, RunReport
from acrouter_mcp.verification.runner.instructions import as_line, content
from acrouter_mcp.verification.sandbox import Exit, Job, Limits, Sandbox
from acrouter_mcp.verification.submission import ONE_FILE, Submission

_REACHES = re.compile(
    r"useFakeTimers|mock\.timers|\bglobal(?:This)?\.\w+\s*=[^=]|process\.env\.\w+\s*=[^=]|(?:jest|vi)\.mock\("
    r"|(?:spyOn|mock\.method)\(\s*(?:global|globalThis|Math|Date|process|fs|JSON|Number)\b|Math\.random\s*=[^=]"
    r"|Date\.now\s*=[^=]|child_process|worker_threads|process\.(?:stdout|stdin|argv|chdir|cwd)|readFileSync|createReadStream"
    r"|node:vm|setSystemTime|await import\(\s*[^'\"\s]"
)
"""What tests do to the world that the solution's process would have to see."""
_LIMITS = {"address_mb": 1 << 17, "processes": 96}
"""V8 reserves far more address space than it touches; the watchdog over resident memory holds."""
_LAST_WORDS_S = 2.0
_ENVIRONMENT = {"NODE_NO_WARNINGS": "1", "NO_COLOR": "1", "NODE_DISABLE_COLORS": "1"}
_REMEDY = "install Node.js 18 or newer (Debian and Ubuntu: nodejs; others: nodejs.org)"


class Script:
    """Both languages: what differs is the grammar, and that types are erased."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._typed = name == "typescript"
        self._main = "solution.ts" if self._typed else "solution.js"

    def check(self, files: Mapping[str, str], entry_point: str | None) -> Syntax:
        """See `Language.check`."""
        anonymous = any(re.search(r"export default\b|module\.exports\s*=", text) for text in files.values())
        return syntax.check(files, entry_point, self._grammars, open_=anonymous)

    def _grammars(self, name: str, _text: str) -> tuple[str, ...]:
        suffix = PurePosixPath(name).suffix
        if name != ONE_FILE and suffix not in SUFFIXES:
            return ()
        if name == ONE_FILE:
            return ("typescript", "tsx") if self._typed else ("javascript",)
        return {".tsx": ("tsx",)}.get(suffix, ("typescript",) if suffix in TYPED else ("javascript",))

    def supplied(self, submission: Submission) -> dict[str, str]:
        """See `Language.supplied`."""
        if submission.tests is not None:
            return {"tests.ts" if is_typed(submission.tests, typed=self._typed) else "tests.js": submission.tests}
        return {name: text for name, text in submission.files.items() if TEST_FILE.search(name)}

    def toolchain(self) -> Toolchain:
        """See `Language.toolchain`."""
        node = program("node")
        return Toolchain(version=node.version if node else None, remedy=_REMEDY)

    def program(self, files: Mapping[str, str]) -> Recipe | None:
        """See `Language.program`."""
        node = program("node")
        files = {self._main if name == ONE_FILE else name: text for name, text in files.items()}
        code = [n for n in files if suffix_of(n) in SUFFIXES and not TEST_FILE.search(n)]
        mains = [n for n in code if PurePosixPath(n).stem in ("solution", "main", "index")] or code
        if node is None or len(mains) != 1:
            return None
        out, placed = as_programs(files, main=mains[0])
        build = staged.Build(files=placed, readable=node.readable, environment=_ENVIRONMENT)
        return Recipe(build=build, run=(str(node.path), out))

    async def run(self, run: Run, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """See `Language.run`."""
        node = program("node")
        if node is None:
            return missing(_REMEDY)
        files = {self._main if name == ONE_FILE else name: text for name, text in run.files.items()}
        if any(has_markup(name, text) for name, text in {**files, **run.tests}.items()):
            return missing("JSX is not executed here: it needs the project's own build; verify the `workspace` instead")
        prepared = Prepared(files, run, main=self._main)
        started = time.monotonic()
        if run.tests and not any(_REACHES.search(text) for text in run.tests.values()):
            report = await _run_split(prepared, node.path, node.readable, sandbox, on_row)
        else:
            report = await _run_beside(prepared, node.path, node.readable, sandbox, on_row)
        return replace(report, duration_s=time.monotonic() - started)


def _limits(limits: Limits) -> Limits:
    return replace(limits, **_LIMITS)


async def _run_split(
    prepared: Prepared, node: Path, readable: tuple[Path, ...], sandbox: Sandbox, on_row: OnRow | None
) -> RunReport:
    journal = prepared.journal(on_row)
    console = any(re.search(r"\bconsole\b", text) for text in prepared.run.tests.values())
    pairs = [socket.socketpair() for _ in range(2)]
    (calls, calls_), (events, events_) = pairs
    limits = _limits(prepared.run.limits)
    told = prepared.job(journal) | {"calls": calls.fileno(), "events": events.fileno()}
    common = {"readable": (*readable, INSIDE), "environment": _ENVIRONMENT}
    data = {name: text for name, text in prepared.files.items() if name not in prepared.code}
    judged = Job(
        argv=(str(node), str(INSIDE / "worker.mjs")),
        files=prepared.solution(),
        stdin=json.dumps({"calls": calls_.fileno(), "events": events_.fileno(), "console": console}).encode(),
        limits=replace(limits, quiet_s=None),
        sockets=(calls_, events_),
        **common,  # type: ignore[arg-type]
    )
    judging = Job(
        argv=(str(node), str(INSIDE / "driver.mjs")),
        files=content({**data, **prepared.tests}),
        limits=limits,
        sockets=(calls, events),
        report=lambda descriptor: as_line(told, report=descriptor),
        on_report=journal.read,
        **common,  # type: ignore[arg-type]
    )
    try:
        exits = await _both(sandbox, judged, judging, lambda: journal.gone is not None)
    finally:
        for one in (calls, calls_, events, events_):
            one.close()
    ended = exits[0] if journal.gone is not None and exits[0] is not None else exits[1]
    report = journal.close(ended, prepared.run.limits)
    return replace(_readable(report), integrity="split+opaque" if journal.opaque else "split")


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


async def _run_beside(
    prepared: Prepared, node: Path, readable: tuple[Path, ...], sandbox: Sandbox, on_row: OnRow | None
) -> RunReport:
    journal = prepared.journal(on_row)
    job = Job(
        argv=(str(node), str(INSIDE / "driver.mjs")),
        files=prepared.solution() | content(prepared.tests),
        readable=(*readable, INSIDE),
        environment=_ENVIRONMENT,
        limits=_limits(prepared.run.limits),
        report=lambda descriptor: as_line(prepared.job(journal), report=descriptor),
        on_report=journal.read,
    )
    return _readable(journal.close(await sandbox.run(job), prepared.run.limits))


def _readable(report: RunReport) -> RunReport:
    """Return a report whose messages name the files as they were given."""

    def plain(text: str) -> str:
        return re.sub(r"(\.[cm]?[jt]sx?)\.[cm]js\b", r"\1", text).replace("file:///box/", "").replace("/box/", "")

    rows = tuple(replace(row, message=plain(row.message)) for row in report.rows)
    broken = {
        name: replace(one, message=plain(one.message))
        for name in ("import_broken", "tests_broken", "ended")
        if (one := getattr(report, name))
    }
    return replace(report, rows=rows, **broken)
