"""A solution that is a test suite: it must pass on the code that it tests, and fail on mutants of that code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import anyio

from acrouter_mcp.types import TestCounts, TestFailure
from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.judging import MAX_FAILURES, finding_of, shorten
from acrouter_mcp.verification.mutants import Mutant, mutants_of
from acrouter_mcp.verification.runner import RunReport
from acrouter_mcp.verification.runner.plan import defined_names, parse, plan
from acrouter_mcp.verification.runs import Runs
from acrouter_mcp.verification.suites import OWN_COPY

NO_USE = 0.1
"""Ceiling on the score of a suite that tests nothing."""
GOOD = 0.8
"""Share of mutants that a suite without a gap is taken to find: some change nothing that could be seen."""
WEAK = 1 / 3
"""A suite that finds no more of at least `FEW` mutants fails."""
FEW = 4
MUTANTS = 12
AT_ONCE = 2
_SHARE = 0.7
"""Of the time that is left, for mutants."""
_MIN_S, _TIMES = 3.0, 4.0
"""What a mutant may take: so many times what the original took."""
_SOURCE = frozenset({"getsource", "getsourcelines", "getsourcefile", "co_code", "__code__", "__file__"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """What became of the mutants."""

    killed: int
    survivors: tuple[Mutant, ...]

    @property
    def count(self) -> int:
        return self.killed + len(self.survivors)


class SuiteVerifier:
    """Python suites for Python code."""

    name = "suite"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if submission.form != "suite":
            return Finding(score=None, detail="the solution is no test suite")
        useless = _useless(submission)
        if useless:
            return _useless_finding(useless)
        if not submission.subject:
            detail = "the code under test is not known: give it with the suite in `files`, or show it in the task"
            return Finding(score=None, detail=detail)
        if context.runs is None:
            return Finding(score=None, detail="nothing is executed here: no sandbox works")
        report = await context.runs.with_tests(submission.files)
        finding = finding_of(report)
        if finding.tests is None or not finding.tests.passed or finding.tests.failed or finding.tests.errors:
            return _on_original(finding)
        tally = await _against_mutants(submission, context, context.runs, report)
        return _judged(finding, tally, own_copy=OWN_COPY in submission.notes)


def _useless(submission: Submission) -> str | None:
    """Say why a suite can't find anything, if its text shows it."""
    names = {name for text in submission.subject.values() for name in defined_names(text)}
    promised, uses = 0, not names
    for text in submission.files.values():
        try:
            tree = parse(text)
        except SyntaxError:
            return None  # said by its own verifier
        promised += len(plan(text).promised)
        uses = uses or bool(names & {*_names(tree)}) or any(map(_is_module_use, ast.walk(tree)))
    if not promised:
        return "there is no test in it"
    checks = [check for text in submission.files.values() for check in _checks(parse(text))]
    if not checks:
        return "no test asserts anything: it passes whatever the code does"
    if all(map(_always_holds, checks)):
        return "all that its tests assert holds whatever the code does"
    return None if uses else "its tests use nothing of the code under test"


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            yield node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.alias):
            yield node.name


def _is_module_use(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
        "run",
        "check_output",
        "run_path",
        "import_module",
    )


def _checks(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what a suite checks: asserted expressions, and calls by whose name something is checked."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.test
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if any(word in name.lower() for word in ("assert", "raises", "warns", "fail", "expect", "check", "verify")):
                yield node


def _always_holds(check: ast.expr) -> bool:
    """Whether a check holds without the code: constants, a thing compared with itself, a class of the result only."""
    if isinstance(check, ast.Call):
        name = getattr(check.func, "attr", "")
        return (
            name in ("assertTrue", "assertEqual", "assertIsNotNone", "assertFalse")
            and bool(check.args)
            and all(isinstance(argument, ast.Constant) for argument in check.args)
        )
    if isinstance(check, ast.Compare) and len(check.ops) == 1:
        same = ast.dump(check.left) == ast.dump(check.comparators[0])
        return (same and isinstance(check.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE))) or not _calls_or_names(check)
    if isinstance(check, ast.BoolOp) and isinstance(check.op, ast.Or):
        return any(isinstance(v, ast.Constant) and bool(v.value) for v in check.values)
    return not _calls_or_names(check)


def _calls_or_names(check: ast.expr) -> bool:
    return any(isinstance(n, (ast.Call, ast.Name, ast.Attribute)) for n in ast.walk(check))


def _useless_finding(why: str) -> Finding:
    counts = TestCounts(failed=1, expected=1, failures=(TestFailure(name="suite", message=why),))
    return Finding(score=0.0, detail=why, gate=NO_USE, tests=counts)


def _on_original(finding: Finding) -> Finding:
    """Return what is to be said of a suite that doesn't pass on the code that it tests."""
    if finding.environment_fault or finding.tests is None:
        return finding
    return replace(finding, detail=f"on the code that it tests, {finding.detail}")


async def _against_mutants(submission: Submission, context: Context, runs: Runs, report: RunReport) -> _Tally:
    """Run the suite on mutants of the code under test, as many as there is time for."""
    until = anyio.current_time() + _SHARE * (context.deadline - anyio.current_time())
    wall_s = max(_MIN_S, _TIMES * report.duration_s)
    killed: list[Mutant] = []
    survivors: list[Mutant] = []
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def one(path: str, mutant: Mutant) -> None:
        async with limiter:
            if anyio.current_time() > until:
                return
            files = {**submission.subject, path: mutant.text}
            outcome = _killed(await runs.on_other(files, submission.files, wall_s=wall_s))
            if outcome is not None:
                (killed if outcome else survivors).append(mutant)

    async with anyio.create_task_group() as group:
        for path, mutant in _mutants(submission.subject):
            group.start_soon(one, path, mutant)
    return _Tally(killed=len(killed), survivors=tuple(sorted(survivors, key=lambda m: m.line)))


def _mutants(subject: Mapping[str, str]) -> list[tuple[str, Mutant]]:
    python = {path: text for path, text in subject.items() if path.endswith(".py")}
    each = max(MUTANTS // max(len(python), 1), 2)
    return [(path, m) for path, text in python.items() for m in mutants_of(text, each)][:MUTANTS]


def _killed(report: RunReport) -> bool | None:
    """Whether a suite noticed a mutant; None where the mutant doesn't even load, which any suite notices."""
    if report.import_broken or report.tests_broken:
        return None
    bad = any(row.outcome in ("failed", "error") for row in report.rows)
    return bad or report.ended is not None or report.out_of_time or report.forged is not None


def _judged(finding: Finding, tally: _Tally, *, own_copy: bool) -> Finding:
    counts = finding.tests or TestCounts()
    if not tally.count:
        return replace(finding, score=None, detail=f"{finding.detail}; no mutant of the code could be tried")
    rate = tally.killed / tally.count
    found = f"{tally.killed} of {tally.count} faults that were put into the code were noticed"
    shown = tuple(
        TestFailure(name=f"fault in line {m.line}", message=shorten(f"{m.was!r} changed to {m.now!r}: no test fails"))
        for m in tally.survivors[:MAX_FAILURES]
    )
    missed = "; ".join(f"line {m.line}: {_short(m.was)} -> {_short(m.now)}" for m in tally.survivors[:3])
    return replace(
        finding,
        score=min(rate / GOOD, 1.0),
        detail=f"{finding.detail} on the code, {found}" + (f" (missed: {missed})" if missed else ""),
        gate=NO_USE if rate <= WEAK and tally.count >= FEW else None,
        integrity="in-process",  # it is the suite that is judged, and it runs beside its own report
        tests=replace(counts, failures=shown),
        confidence=0.6 if own_copy else None,
    )


def _short(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 40 else f"{line[:39]}\u2026"
