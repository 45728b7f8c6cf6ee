"""`acrouter-mcp demo`: a scripted cast of models, everything else real."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.demo import account, render
from acrouter_mcp.demo.account import Step, Summary
from acrouter_mcp.demo.cast import CastModel, CastTask, load_cast, load_models
from acrouter_mcp.demo.session import connect
from acrouter_mcp.demo.stage import Stage
from acrouter_mcp.types import Dimension

DEAREST = "claude-opus-4-6"
"""What people take when they don't want to think about it."""
LONGEST_S = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a performance."""

    seconds: float
    problems: tuple[str, ...]
    summary: Summary | None
    """None when not one task could be played."""


async def run(as_json: bool = False) -> bool:
    """Perform the demo for the command line; return whether nothing fell short.

    The account goes to stdout; with `as_json` it goes to stderr, and the report to stdout.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no ticks and arrows still gets the words
    report = await perform(Console(stderr=as_json), load_cast())
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), indent=1) + "\n")
    return not report.problems


async def perform(console: Console, tasks: Sequence[CastTask]) -> Report:
    """Perform `tasks`, in their order, with a server of its own and an empty memory; tell of it on `console`."""
    models = load_models()
    started = time.monotonic()
    console.print(f"{len(tasks)} tasks, {len(models)} models whose answers are scripted; starting the server ...")
    with tempfile.TemporaryDirectory(prefix="acrouter-demo-", ignore_cleanup_errors=True) as folder:
        async with connect(Path(folder)) as session:
            stage = Stage(console, session, tuple(tasks), models)
            await stage.play_all()
    seconds = time.monotonic() - started
    summary = sum_up(stage.steps, tasks, models) if stage.steps else None
    report = Report(seconds=seconds, problems=(*stage.problems, *shortfalls(seconds, summary)), summary=summary)
    if summary is not None:
        console.print(render.summary(summary))
    console.print(render.closing(report.problems, seconds))
    console.print(render.registration(_command()), soft_wrap=True)
    return report


def sum_up(steps: Sequence[Step], tasks: Sequence[CastTask], models: Sequence[CastModel]) -> Summary:
    """Return the account of `steps`, over the tasks that were played, at the published figures and list prices."""
    catalogue = Catalogue.load(None)
    played = {step.task_id for step in steps}
    taken = [task for task in tasks if task.id in played]
    paper = {
        dimension: {model.id: catalogue.prior(model.id, dimension).mean for model in models} for dimension in Dimension
    }
    matrix = account.outcomes(taken, models, {model.id: _price(catalogue, model.id) for model in models})
    return account.summarise(steps, taken, paper, matrix, DEAREST)


def shortfalls(seconds: float, summary: Summary | None) -> list[str]:
    """Return what fell short of the demo as a whole, in words."""
    found = []
    if seconds > LONGEST_S:
        found.append(f"it took {seconds:.0f} s, more than {LONGEST_S:.0f} s")
    if summary is not None and summary.first_tries.regret > summary.best_on_paper.regret:
        found.append("the router's first tries have more regret than always taking the best on paper")
    return found


def _command() -> str:
    """Return what starts this very installation from anywhere."""
    installed = shutil.which("acrouter-mcp", path=str(Path(sys.executable).parent))
    return shlex.join([installed] if installed else [sys.executable, "-P", "-m", "acrouter_mcp"])


def _price(catalogue: Catalogue, model: str) -> tuple[float, float]:
    price = catalogue.price(model)
    if price is None:
        raise LookupError(f"the catalogue has no price for {model}")
    return price.input, price.output
