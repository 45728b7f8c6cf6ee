"""Solution and tests in one process: guarded, but never unforgeable.

A solution that adapts can read its tests, or walk frames to the report channel's nonce; verdicts from here are
labelled `in-process` and weigh less.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from acrouter_mcp.verification.runner.base import OnRow, PythonRun, RunReport
from acrouter_mcp.verification.runner.interpreter import locate, pytest_folder, pytest_parts
from acrouter_mcp.verification.runner.journal import Journal
from acrouter_mcp.verification.runner.plan import TestPlan, main_module, module_name, modules_of, plan
from acrouter_mcp.verification.sandbox import Job, Sandbox

_INSIDE = (
    (Path(__file__).parent.parent / "inside" / "__main__.py").resolve().parent
)  # of the file: a link has no target inside
_MAX_IMPORTS = 50
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",  # thread pools reserve address space by the core
    "OPENBLAS_NUM_THREADS": "1",
}


class InProcess:
    """The hardened single process."""

    async def run(self, run: PythonRun, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """See `Runner.run`; raises SyntaxError if the tests can't be parsed."""
        plans = {name: plan(text) for name, text in run.tests.items()}
        interpreter = locate(run.python)
        journal = Journal(plans, nonce=secrets.token_hex(16), canary=secrets.token_hex(4), on_row=on_row)
        job = Job(
            argv=(str(interpreter.executable), "-s", "-B", str(_INSIDE)),
            files={name: text.encode("utf-8", "surrogatepass") for name, text in {**run.files, **run.tests}.items()},
            readable=(*interpreter.readable, *pytest_parts(), _INSIDE),
            environment=_ENVIRONMENT,
            limits=run.limits,
            report=lambda descriptor: _instructions(run, plans, journal, descriptor),
            on_report=journal.read,
        )
        return journal.close(await sandbox.run(job), run.limits)


def _instructions(run: PythonRun, plans: dict[str, TestPlan], journal: Journal, descriptor: int) -> bytes:
    """Return the job line that `inside.harness` reads."""
    modules = modules_of(run.files)
    own = {name.partition(".")[0] for name in modules}
    imports = _imports(modules, plans)
    star = None
    if run.inject and plans and not any(p.mentioned & own for p in plans.values()):
        main = main_module(run.files, run.entry_point)
        star = module_name(main) if main and not _starts_programs(plans) else None
        imports = [star] if star else []
    folder = pytest_folder()
    job: dict[str, Any] = {
        "report": descriptor,
        "nonce": journal.nonce,
        "roots": [".", "src"] if any(name.startswith("src/") for name in run.files) else ["."],
        "files": list(run.files),
        "own_modules": sorted(own),
        "import": imports,
        "star": star,
        "pytest": any(p.pytest for p in plans.values()),
        "pytest_path": [str(folder)] if folder else [],
        "conftest": any(Path(name).name == "conftest.py" for name in run.files),
        "tests": {name: _told(name, p, journal) for name, p in plans.items()},
    }
    return json.dumps(job).encode("ascii") + b"\n"


def _told(name: str, p: TestPlan, journal: Journal) -> dict[str, Any]:
    return {
        "main": p.main,
        "statements": {index: f"{name}::{statement}" for index, statement in p.statements.items()},
        "functions": [*p.functions, *journal.canaries],
        "canary": journal.canary_source,
    }


def _imports(modules: dict[str, str], plans: dict[str, TestPlan]) -> list[str]:
    """Return the solution's modules to import first: those that the tests import, without tests all of them."""
    if plans:
        wanted = {name for p in plans.values() for name in p.imported}
        return sorted(wanted & set(modules))
    plain = [name for name in modules if name.rpartition(".")[2] not in ("__main__", "conftest", "setup")]
    return plain[:_MAX_IMPORTS]


def _starts_programs(plans: dict[str, TestPlan]) -> bool:
    """Whether the tests run the solution as a program rather than use its names."""
    return any(p.mentioned & {"subprocess", "runpy"} for p in plans.values())
