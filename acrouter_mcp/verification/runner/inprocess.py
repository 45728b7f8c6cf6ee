"""Solution and tests in one process: guarded, but never unforgeable.

A solution that adapts can read its tests, or walk frames to the report channel's nonce; verdicts from here are
labelled `in-process` and weigh less.
"""

from __future__ import annotations

import secrets

from acrouter_mcp.verification.runner.base import OnRow, Run, RunReport
from acrouter_mcp.verification.runner.instructions import ENVIRONMENT, INSIDE, as_line, content, instructions
from acrouter_mcp.verification.runner.interpreter import locate, pytest_parts
from acrouter_mcp.verification.runner.journal import Journal
from acrouter_mcp.verification.runner.plan import plan
from acrouter_mcp.verification.sandbox import Job, Sandbox


class InProcess:
    """The hardened single process."""

    async def run(self, run: Run, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """See `Runner.run`; raises SyntaxError if the tests can't be parsed."""
        plans = {name: plan(text) for name, text in run.tests.items()}
        interpreter = locate(run.python)
        journal = Journal(plans, nonce=secrets.token_hex(16), canary=secrets.token_hex(4), on_row=on_row)
        job = Job(
            argv=(str(interpreter.executable), "-s", "-B", str(INSIDE)),
            files=content({**run.files, **run.tests}),
            readable=(*interpreter.readable, *pytest_parts(), INSIDE),
            environment=ENVIRONMENT,
            limits=run.limits,
            report=lambda descriptor: as_line({"report": descriptor, "channel": None, "ahead": False}),
            stdin=as_line(instructions(run, plans, journal)),
            on_report=journal.read,
        )
        return journal.close(await sandbox.run(job), run.limits)
