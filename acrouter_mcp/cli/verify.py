"""`acrouter-mcp verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("verify")
    def verify(
        file: Annotated[Path, typer.Argument(help="The solution.")],
        tests: Annotated[Path | None, typer.Option(help="File of tests for it.")] = None,
        task: Annotated[str | None, typer.Option(help="The task in words; its examples are run too.")] = None,
        decision_id: Annotated[str | None, typer.Option(help="Decision that this closes.")] = None,
        language: Annotated[str | None, typer.Option(help="Programming language; inferred if absent.")] = None,
        entry_point: Annotated[str | None, typer.Option(help="Function or class that was asked for.")] = None,
        timeout_s: Annotated[float | None, typer.Option(help="Seconds for the whole verification.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Say whether a solution is right; exit status 0 only if it passes."""
        from acrouter_mcp import schema
        from acrouter_mcp.cli import by_hand
        from acrouter_mcp.loop.arguments import VerifyArguments
        from acrouter_mcp.loop.verify import verify as judge
        from acrouter_mcp.routing import language_of_file
        from acrouter_mcp.tools.verify_solution import render

        given = {
            "solution": by_hand.read_text(file),
            "tests": by_hand.read_text(tests) if tests else None,
            "task": task,
            "decision_id": decision_id,
            "language": language or language_of_file(file.name),
            "entry_point": entry_point,
            "timeout_s": timeout_s,
        }
        arguments = schema.parse(VerifyArguments, given)
        answer = by_hand.run(lambda services, caller: judge(services, arguments, caller), render, as_json=as_json)
        if answer.verdict != "pass":
            raise typer.Exit(1)
