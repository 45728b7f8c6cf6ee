"""One run in one process: the solution is imported, the tests are run beside it, the report goes out as it comes.

What judged code prints or exits with is never read as a result.
"""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import tamper
from .channel import Send, open_channel
from .load import call, import_solution, load_tests, public_names
from .rows import Rows

if TYPE_CHECKING:
    from .link import Link

Job = Mapping[str, Any]
RunTests = Callable[[Job, Mapping[Path, types.ModuleType], Rows, Path], None]


def main() -> None:
    """Read the job, run it, say `done`, and leave at once: no exit handler of judged code gets a turn."""
    leave = os._exit
    job = json.loads(sys.stdin.buffer.readline())
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as the process
    send = open_channel(job["report"], job["nonce"])
    run_tests = _with_pytest(job, send) if job["pytest"] else _plainly
    link = _link(job, send) if job["channel"] is not None else None
    replaced: list[str] = []
    if run_tests:
        _forget_own_modules()
        replaced = _run(job, send, run_tests)
    send("done", replaced=replaced, opaque=link.opaque if link else 0)
    leave(0)


def _link(job: Job, send: Send) -> Link:
    """Return the way to the solution's own process, whose modules can then be imported as stand-ins."""
    from .link import Link  # only the split form needs it
    from .modules import install
    from .wire import Channel

    leave = os._exit

    def stop(kind: str, message: str) -> NoReturn:
        send(kind, message=message[:500])
        leave(0)

    link = Link(Channel(job["channel"]), job["own_modules"], stop)
    install(link, job)
    return link


def _run(job: Job, send: Send, run_tests: RunTests) -> list[str]:
    """Import, load, run; returns what judged code replaced meanwhile."""
    work = Path.cwd()
    sys.path[:0] = [str(work / place) for place in job["roots"]]
    replaced = tamper.watch(with_pytest=job["pytest"])
    here = {name.partition(".")[0] for name in (*job["own_modules"], *sys.modules)}
    rows = Rows(send, work, frozenset(str(work / f) for f in job["files"]), frozenset(here))
    send("begin", name="import")
    if not import_solution(job["import"], rows):
        return replaced()
    send("imported")
    names = public_names(sys.modules[job["star"]]) if job["star"] else {}
    modules: dict[Path, types.ModuleType] = {}
    for name, plan in job["tests"].items():
        module = load_tests(work / name, plan, rows, names)
        if module is not None:
            modules[work / name] = module
    if modules:
        run_tests(job, modules, rows, work)
    return replaced()


def _plainly(job: Job, modules: Mapping[Path, types.ModuleType], rows: Rows, work: Path) -> None:
    for path, module in modules.items():
        file = path.relative_to(work).as_posix()
        for name in job["tests"][file]["functions"]:
            function = vars(module).get(name)
            if callable(function):
                call(f"{file}::{name}", function, rows)


def _with_pytest(job: Job, send: Send) -> RunTests | None:
    """Return a runner by pytest, imported now, before judged code is; None, reported, if there is no pytest."""
    sys.path += job["pytest_path"]
    try:
        from . import with_pytest  # only tests that need pytest pay for it
    except ImportError:
        lacking = "pytest is not installed for this interpreter"
        send("broken", what="pytest", message=lacking, environment=lacking, solution_s=False, clean_exit=False)
        return None

    def run_tests(job: Job, modules: Mapping[Path, types.ModuleType], rows: Rows, work: Path) -> None:
        with_pytest.run(modules, rows, work, conftest=job["conftest"])

    return run_tests


def _forget_own_modules() -> None:
    """Keep judged code from finding the harness by import; what is needed has been imported."""
    for name in [n for n in sys.modules if n.partition(".")[0] == "inside"]:
        del sys.modules[name]
