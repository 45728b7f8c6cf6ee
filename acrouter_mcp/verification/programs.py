"""Programs over standard input and output: the judged code alone in a sandbox, what it should print never near it."""

from __future__ import annotations

import ast
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import anyio

from acrouter_mcp.types import TestCounts, TestFailure
from acrouter_mcp.verification.examples import Program, same_output, written_programs
from acrouter_mcp.verification.judging import ALL_FAILED, MAX_FAILURES, shorten
from acrouter_mcp.verification.languages import find
from acrouter_mcp.verification.languages.programs import executor, is_code
from acrouter_mcp.verification.languages.programs import reads_input as reads
from acrouter_mcp.verification.protocol import Context, Finding
from acrouter_mcp.verification.runner.instructions import ENVIRONMENT, content
from acrouter_mcp.verification.runner.interpreter import locate
from acrouter_mcp.verification.runner.plan import modules_of, parse
from acrouter_mcp.verification.sandbox import Exit, Job, Sandbox
from acrouter_mcp.verification.submission import ONE_FILE, Submission

Execute = Callable[[str, float], Awaitable[Exit]]
"""Runs the solution as a program, once: standard input, seconds -> how it ended. One for each language."""
AT_ONCE = 2
_ENDLESS_S = 10.0
"""A program that takes longer over an example is taken for one that never ends."""
_READS_INPUT = re.compile(r"\binput\s*\(|\bstdin\b|open\(\s*0\b|fileinput\.")
_PRINTS = re.compile(r"\bprint\s*\(|\bstdout\b")
_MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_LINE = re.compile(r'File "[^"]*?([^"/]+\.py)", line (\d+)')
_SHOWN = 80


def reads_input(text: str) -> bool:
    """Whether Python source is a program that reads its standard input."""
    return bool(_READS_INPUT.search(text))


def is_program(text: str) -> bool:
    """Whether Python source prints and defines nothing to be called, or reads its standard input."""
    return reads_input(text) or (bool(_PRINTS.search(text)) and not re.search(r"^(?:def|class) ", text, re.MULTILINE))


def runs_alone(files: Mapping[str, str], language: str | None) -> bool:
    """Whether a solution is a program over standard input and output, rather than something to be called."""
    if language == "python":
        return any(map(is_program, files.values()))
    return reads(files)


def supplied_programs(submission: Submission, language: str | None = "python") -> tuple[Program, ...]:
    """Return the supplied tests where they are what a program reads and prints, not code."""
    tests = submission.tests or ""
    if language != "python":
        return () if is_code(tests) else written_programs(tests)
    if not tests.strip() or not any(map(is_program, submission.files.values())):
        return ()
    try:
        statements = parse(tests).body
    except SyntaxError:
        return written_programs(tests)
    data = len(statements) == 1 and isinstance(statements[0], ast.Expr)
    return written_programs(tests) if data else ()


def as_program(submission: Submission, context: Context, sandbox: Sandbox) -> Execute | None:
    """Return what runs a submission as a program; None if it isn't clear how."""
    if context.language == "python":
        return python_program(submission, context, sandbox)
    language = find(context.language)
    recipe = language.program(submission.files) if language else None
    return executor(recipe, context.limits, sandbox) if recipe else None


def python_program(submission: Submission, context: Context, sandbox: Sandbox) -> Execute | None:
    """Return what runs a Python submission as a program; None if it isn't clear which file that is."""
    names = [n for n in submission.files if PurePosixPath(n).suffix == ".py"]
    mains = [n for n in (ONE_FILE, "main.py", "__main__.py") if n in submission.files]
    name = mains[0] if mains else names[0] if len(modules_of(names)) == 1 else None
    if name is None:
        return None
    interpreter = locate(submission.python)

    async def execute(stdin: str, wall_s: float) -> Exit:
        return await sandbox.run(
            Job(
                argv=(str(interpreter.executable), "-s", "-B", name),
                files=content(submission.files),
                readable=interpreter.readable,
                environment=ENVIRONMENT,
                stdin=stdin.encode("utf-8", "replace"),
                limits=replace(context.limits, wall_s=wall_s, quiet_s=None),
            )
        )

    return execute


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What came of one example: passed, failed with a message, or nothing said."""

    passed: bool = False
    failure: str = ""
    lacking: str = ""


async def judge_programs(
    execute: Execute,
    programs: Sequence[Program],
    context: Context,
    *,
    any_case: bool = False,
    several_answers: bool = False,
) -> Finding:
    """Return what running the solution on each of `programs` says of it; the first failures with input and output.

    With `several_answers` another output than the expected one says nothing.
    """
    runs: list[_Run] = [_Run()] * len(programs)
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def one(at: int, program: Program) -> None:
        async with limiter:
            wall = min(context.deadline - anyio.current_time() - 0.3, _ENDLESS_S)
            if wall > 0:
                ended = await execute(program.stdin, wall)
                runs[at] = _judged(program, ended, wall, any_case=any_case, several=several_answers)

    async with anyio.create_task_group() as group:
        for at, program in enumerate(programs):
            group.start_soon(one, at, program)
    return _finding(runs)


def _judged(program: Program, ended: Exit, wall_s: float, *, any_case: bool, several: bool) -> _Run:
    said = ended.stderr.decode("utf-8", "replace").strip()
    got = ended.stdout.decode("utf-8", "replace")
    missing = _MISSING.search(said)
    if ended.killed == "time" and wall_s < _ENDLESS_S:
        return _Run()
    if ended.killed:
        words = {"time": f"did not end within {wall_s:.0f} s", "memory": "used too much memory"}
        return _Run(failure=f"for input {_shown(program.stdin)} it {words.get(ended.killed, 'broke a limit')}")
    if missing and not said.startswith("Traceback (most recent call last):\n  <"):
        return _Run(lacking=f"module {missing[1].partition('.')[0]!r} is not installed")
    if same_output(program.stdout, got, any_case=any_case, open_end=program.open_end):
        return _Run(passed=True)
    if ended.returncode:
        last = said.splitlines()[-1][:200] if said else f"exit status {ended.returncode}"
        lines = _LINE.findall(said)
        where = f" ({lines[-1][0]} line {lines[-1][1]})" if lines else ""
        return _Run(failure=f"for input {_shown(program.stdin)} it ended with {last}{where}")
    if several:
        return _Run()
    return _Run(
        failure=f"for input {_shown(program.stdin)} expected output {_shown(program.stdout)}, got {_shown(got)}"
    )


def _finding(runs: Sequence[_Run]) -> Finding:
    lacking = next((run.lacking for run in runs if run.lacking), "")
    passed, failures = sum(run.passed for run in runs), [run.failure for run in runs if run.failure]
    counted = passed + len(failures)
    if lacking and not failures:
        return Finding(score=None, detail=lacking, environment_fault=True, integrity="split")
    if not counted:
        return Finding(score=None, detail="none of the examples could be decided", integrity="split")
    shown = [
        TestFailure(name=f"example {at}", message=shorten(run.failure)) for at, run in enumerate(runs, 1) if run.failure
    ]
    return Finding(
        score=passed / counted,
        detail=f"{passed} of {counted} tests passed",
        gate=None if passed else ALL_FAILED,
        tests=TestCounts(passed=passed, failed=len(failures), expected=counted, failures=tuple(shown[:MAX_FAILURES])),
        integrity="split",
    )


def _shown(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\u2026")
