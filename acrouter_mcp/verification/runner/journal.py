"""What came through the report channel, and what may be concluded from it."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from typing import Any

from acrouter_mcp.verification.runner.base import Broken, OnRow, Outcome, Row, RunReport
from acrouter_mcp.verification.runner.plan import TestPlan
from acrouter_mcp.verification.sandbox import Exit, Limits

_WORST: tuple[Outcome, ...] = ("failed", "error", "skipped", "passed")


class Journal:
    """Collects one run's report; a line without the nonce is the judged code's own."""

    def __init__(self, plans: Mapping[str, TestPlan], *, nonce: str, canary: str, on_row: OnRow | None) -> None:
        self.nonce = nonce
        self.canaries = (f"test_{canary}_passes", f"test_{canary}_fails")
        self._plans, self._on_row = plans, on_row
        self._pending = b""
        self._events: list[dict[str, Any]] = []
        self._strange = 0
        self._ended_tests = 0

    @property
    def canary_source(self) -> str:
        """Two functions for each test file: judges that say anything else of them have been tampered with."""
        passes, fails = self.canaries
        return f"def {passes}():\n    assert 2 == 2\ndef {fails}():\n    assert 1 == 2\n    raise AssertionError\n"

    @property
    def promised(self) -> tuple[str, ...]:
        """Names of all tests, with their files."""
        return tuple(f"{file}::{name}" for file, plan in self._plans.items() for name in plan.promised)

    async def read(self, piece: bytes) -> None:
        """Take in what the run just reported."""
        *lines, self._pending = (self._pending + piece).split(b"\n")
        for line in lines:
            event = _decode(line)
            if event is None or event.get("nonce") != self.nonce:
                self._strange += 1
                continue
            self._events.append(event)
            if event["kind"] == "test" and not self._is_canary(event["name"]):
                self._ended_tests += 1
                if self._on_row:
                    await self._on_row(self._ended_tests, len(self.promised))

    def close(self, exit_: Exit, limits: Limits) -> RunReport:
        """Return what the finished run amounts to."""
        kinds = [event["kind"] for event in self._events]
        rows = self._rows()
        ended = None
        if not kinds:
            ended = _never_started(exit_)
        elif exit_.killed != "time" and "done" not in kinds:
            ended = Broken(message=_cut_short(exit_, limits))
        culprit = self._culprit()
        if culprit and culprit != "import" and "done" not in kinds and ended:
            rows.append(Row(name=culprit, outcome="failed", message=ended.message))
        import_broken = self._broken("solution")
        if culprit == "import" and ended and "imported" not in kinds and not import_broken:
            import_broken = Broken(message=f"while it was imported, {ended.message}")
        return RunReport(
            rows=tuple(self._named(row) for row in rows if self._is_promised(row.name)),
            promised=tuple(self._shown(name) for name in self.promised),
            imported="imported" in kinds,
            import_broken=import_broken,
            tests_broken=self._broken(*self._plans, "pytest"),
            ended=ended,
            forged=self._forged(),
            out_of_time=exit_.killed == "time",
            integrity="in-process",
            duration_s=exit_.duration_s,
        )

    def _rows(self) -> list[Row]:
        """Return one row a test: of several reports (a failing teardown after a pass) the worst stands."""
        found: dict[str, Row] = {}
        for event in self._events:
            if event["kind"] != "test" or self._is_canary(event["name"]):
                continue
            row = Row(
                name=event["name"],
                outcome=event["outcome"],
                message=event["message"],
                environment=event["environment"],
            )
            known = found.get(row.name)
            if known is None or _WORST.index(row.outcome) < _WORST.index(known.outcome):
                found[row.name] = row
        return list(found.values())

    def _culprit(self) -> str | None:
        """Return what was begun last and didn't end."""
        begun = [e["name"] for e in self._events if e["kind"] == "begin"]
        over = {e["name"] for e in self._events if e["kind"] == "test"}
        over |= {"import"} if any(e["kind"] in ("imported", "broken") for e in self._events) else set()
        return begun[-1] if begun and begun[-1] not in over else None

    def _broken(self, *what: str) -> Broken | None:
        for event in self._events:
            if event["kind"] == "broken" and event["what"] in [w.rpartition("/")[2] for w in what]:
                names = ("message", "environment", "solution_s", "clean_exit")
                return Broken(**{name: event[name] for name in names})
        return None

    def _forged(self) -> str | None:
        """Say how the solution was caught at its judges, if it was."""
        if self._strange:
            return "something other than the test runner wrote to the report channel"
        for event in self._events:
            if event["kind"] == "done" and event["replaced"]:
                return f"it replaced {', '.join(event['replaced'][:3])}"
        outcomes = {e["name"].rpartition("::")[2]: e["outcome"] for e in self._events if e["kind"] == "test"}
        if outcomes.get(self.canaries[1]) == "passed":
            return "a test that must fail was reported as passed"
        return None

    def _is_canary(self, name: str) -> bool:
        return name.rpartition("::")[2] in self.canaries

    def _is_promised(self, name: str) -> bool:
        return name.partition("[")[0] in self.promised or name == "collection"

    def _shown(self, name: str) -> str:
        """Return a name without its file where there is only one."""
        return name.partition("::")[2] or name if len(self._plans) == 1 else name

    def _named(self, row: Row) -> Row:
        return Row(name=self._shown(row.name), outcome=row.outcome, message=row.message, environment=row.environment)


def _decode(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("kind"), str) else None


def _cut_short(exit_: Exit, limits: Limits) -> str:
    """Say why the run has no end of its own."""
    reasons = {
        "quiet": f"it did not finish within {limits.quiet_s:.0f} s" if limits.quiet_s else "it did not finish",
        "memory": f"it used more than {limits.tree_mb} MB of memory",
        "processes": f"it started more than {limits.processes} processes or threads",
        "output": f"it wrote more than {limits.output_mb} MB of output",
        "disk": "it wrote more to disk than it may",
    }
    if exit_.killed:
        return reasons.get(exit_.killed, "it was stopped")
    code = exit_.returncode or 0
    signal_number = -code if code < 0 else code - 128
    if signal_number in signal.valid_signals():
        return f"the process was ended by {signal.Signals(signal_number).name}"
    return f"the process ended itself (exit code {code}) before its tests did"


def _never_started(exit_: Exit) -> Broken:
    """Return the fault of an environment in which not even the harness came up."""
    said = exit_.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[-1][:200] if said else f"exit code {exit_.returncode}"
    message = f"the interpreter did not start in the sandbox: {reason}"
    return Broken(message=message, environment=message, solution_s=False)
