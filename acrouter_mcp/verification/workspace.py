"""A user's directory, judged by its own test command in a throw-away view of it.

No network; of the host only the directory, the interpreter and the system's programs can be seen. What the command
prints is the directory's own word, so that counts read from it are believed as an in-process verdict is, and an exit
status alone less.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from acrouter_mcp.types import TestCounts, TestFailure
from acrouter_mcp.verification.counts import read_counts
from acrouter_mcp.verification.judging import ALL_FAILED, shorten
from acrouter_mcp.verification.protocol import Context, Finding
from acrouter_mcp.verification.runner.interpreter import locate
from acrouter_mcp.verification.sandbox import Exit, Job, Limits, Sandbox
from acrouter_mcp.verification.submission import Submission

EXIT_STATUS_CONFIDENCE = 0.6
"""The contract's weight of a command's exit status."""
_ENVIRONMENT = {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
_MISSING_MODULE = re.compile(
    r"ModuleNotFoundError: No module named '([\w.]+)'|^\S{0,300}python[\d.]*: No module named (\w+)", re.MULTILINE
)
_NO_NETWORK = re.compile(
    r"Network is unreachable|Temporary failure in name resolution|Name or service not known|EAI_AGAIN"
)


async def run_command(submission: Submission, context: Context, sandbox: Sandbox) -> Finding:
    """Return what the workspace's command says of it."""
    workspace = submission.workspace
    if workspace is None:
        raise ValueError("no workspace")
    interpreter = locate(submission.python)
    job = Job(
        argv=submission.command,
        readable=interpreter.readable,
        path=(interpreter.executable.parent,),
        environment=_ENVIRONMENT,
        workspace=workspace,
        limits=_limits(context.limits),
    )
    exit_ = await sandbox.run(job)
    if exit_.killed == "time":
        return Finding(score=None, detail="time ran out; give `timeout_s` more seconds", integrity="in-process")
    if exit_.killed:
        detail = f"the command was stopped: too much {exit_.killed} for the sandbox"
        return Finding(score=None, detail=detail, integrity="in-process", environment_fault=True)
    return _finding(exit_, workspace)


def _limits(limits: Limits) -> Limits:
    """Return the room that a project's suite gets: runtimes other than Python reserve address space without end."""
    return replace(limits, quiet_s=None, address_mb=1 << 20, processes=512, tree_mb=4096, file_mb=1024, scratch_mb=512)


def _finding(exit_: Exit, workspace: Path) -> Finding:
    output = "\n".join(part.decode("utf-8", "replace") for part in (exit_.stdout, exit_.stderr))
    fault = _environment_fault(exit_, output, workspace)
    tests = read_counts(output)
    if fault:
        return Finding(score=None, detail=fault, integrity="in-process", environment_fault=True)
    if tests is None:
        return _by_status(exit_, output)
    if exit_.returncode and not (tests.failed or tests.errors):
        detail = f"its output counts no failure, but the command ended with status {exit_.returncode}"
        return Finding(score=None, detail=detail, tests=replace(tests, errors=1), integrity="in-process")
    if not tests.expected:
        return Finding(score=None, detail="the command ran no tests", integrity="in-process")
    return Finding(
        score=tests.passed / tests.expected,
        detail=f"{tests.passed} of {tests.expected} tests passed",
        gate=ALL_FAILED if tests.failed and not tests.passed else None,
        tests=tests,
        integrity="in-process",
    )


def _by_status(exit_: Exit, output: str) -> Finding:
    """Return the finding where nothing but the exit status speaks: the command counts as one test."""
    good = exit_.returncode == 0
    failures = () if good else (TestFailure(name="command", message=_last_lines(output)),)
    return Finding(
        score=float(good),
        detail=f"the command ended with status {exit_.returncode}; no test counts in its output",
        tests=TestCounts(passed=int(good), failed=int(not good), expected=1, failures=failures),
        integrity="in-process",
        confidence=EXIT_STATUS_CONFIDENCE,
    )


def _environment_fault(exit_: Exit, output: str, workspace: Path) -> str | None:
    """Say what the machine lacks, if that is why the command didn't succeed."""
    if exit_.returncode == 0:
        return None
    if exit_.returncode in (126, 127):
        return f"the command could not be started: {_last_lines(output)}"
    for match in _MISSING_MODULE.finditer(output):
        name = (match[1] or match[2]).partition(".")[0]
        if not any(
            (place / name).exists() or (place / f"{name}.py").exists() for place in (workspace, workspace / "src")
        ):
            return f"module '{name}' is not installed"
    if _NO_NETWORK.search(output):
        return "the tests need the network, which the sandbox doesn't have"
    return None


def _last_lines(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return shorten(" | ".join(lines[-3:]) or "no output")
