"""The tests that came with the solution, or the workspace's own test command: the signal that decides."""

from __future__ import annotations

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.judging import NO_TESTS, finding_of
from acrouter_mcp.verification.programs import judge_programs, python_program, supplied_programs
from acrouter_mcp.verification.workspace import run_command


class TestsVerifier:
    """Python with pytest, unittest, plain assertions or samples of input and output; a workspace by its command."""

    __test__ = False
    name = "tests"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if context.sandbox is None or context.runs is None:
            return Finding(score=None, detail="nothing is executed here: no sandbox works")
        if submission.workspace is not None:
            return await run_command(submission, context, context.sandbox)
        if context.language != "python":
            return Finding(score=None, detail="not executed: only Python is, so far")
        programs = supplied_programs(submission)
        execute = python_program(submission, context, context.sandbox) if programs else None
        if execute:
            return await judge_programs(execute, programs, context)
        try:
            report = await context.runs.supplied()
        except SyntaxError as error:
            where = f" line {error.lineno}" if error.lineno else ""
            return Finding(score=None, detail=f"the tests are not Python{where}: {error.msg}")
        if report is None:
            return Finding(score=None, detail=NO_TESTS)
        return finding_of(report)
