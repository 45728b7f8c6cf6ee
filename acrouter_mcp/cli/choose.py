"""`acrouter-mcp choose`."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("choose")
    def choose(
        task: Annotated[str, typer.Argument(help="The task in words.")],
        candidate: Annotated[list[str] | None, typer.Option(help="A model that may be used; may be repeated.")] = None,
        dimension: Annotated[str | None, typer.Option(help="Kind of work; inferred if absent.")] = None,
        language: Annotated[str | None, typer.Option(help="Programming language; inferred if absent.")] = None,
        incumbent: Annotated[str | None, typer.Option(help="Model in use.")] = None,
        context_tokens: Annotated[int | None, typer.Option(help="Tokens to send again on a switch.")] = None,
        max_cost_usd: Annotated[float | None, typer.Option(help="Cap on the expected cost, USD.")] = None,
        retry_of: Annotated[str | None, typer.Option(help="Decision that failed.")] = None,
        project: Annotated[str | None, typer.Option(help="Memory scope.")] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Say which model should take a task."""
        from functools import partial

        from acrouter_mcp import schema
        from acrouter_mcp.cli import by_hand
        from acrouter_mcp.loop.arguments import ChooseArguments
        from acrouter_mcp.loop.choose import choose as decide
        from acrouter_mcp.tools.choose_model import render

        given = {
            "task": task,
            "candidates": candidate or None,
            "dimension": dimension,
            "language": language,
            "incumbent": incumbent,
            "context_tokens": context_tokens,
            "max_cost_usd": max_cost_usd,
            "retry_of": retry_of,
            "project": project,
        }
        arguments = schema.parse(ChooseArguments, given)
        call = partial(decide, dry_run=dry_run)
        by_hand.run(lambda services, caller: call(services, arguments, caller), render, as_json=as_json, embedding=True)
