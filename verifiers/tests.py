"""The tests that came with the solution, or the workspace's own test command: the signal that decides."""

from __future__ import annotations

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.judging import NO_TESTS, finding_of
from acrouter_mcp.verification.programs import as_program, judge_programs, supplied_programs
from acrouter_mcp.verification.workspace import run_command


class TestsVerifier:
    """Each language by its usual forms of tests; a workspace by whatever its command is."""

    __test__ = False
    name = "tests"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if context.sandbox is None:
            return Finding(score=None, detail="nothing is executed here: no sandbox works")
        if submission.form != "program":
            return Finding(score=None, detail=NO_TESTS)
        if submission.workspace is not None:
            return await run_command(submission, context, context.sandbox)
        if context.runs is None:
            return Finding(score=None, detail=f"not executed: {context.language or 'prose'} is not spoken here")
        programs = supplied_programs(submission, context.language)
        execute = as_program(submission, context, context.sandbox) if programs else None
        if execute:
            return await judge_programs(execute, programs, context)
        try:
            report = await context.runs.supplied()
        except SyntaxError as error:
            where = f" line {error.lineno}" if error.lineno else ""
            return Finding(score=None, detail=f"the tests can't be read{where}: {error.msg}")
        if report is None:
            return Finding(score=None, detail=NO_TESTS)
        return finding_of(report)
