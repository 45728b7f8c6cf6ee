"""`acrouter-mcp record`."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("record")
    def record(
        decision_id: Annotated[str, typer.Argument(metavar="ID", help="The decision.")],
        quality: Annotated[float, typer.Argument(help="0 (useless) to 1 (right).")],
        source: Annotated[str, typer.Option(help="Who judged: user, ci or agent.")] = "user",
        model: Annotated[str | None, typer.Option(help="Who did the work, if not the one advised.")] = None,
        cost_usd: Annotated[float | None, typer.Option(help="What it cost, USD.")] = None,
        input_tokens: Annotated[int | None, typer.Option(help="Tokens read.")] = None,
        output_tokens: Annotated[int | None, typer.Option(help="Tokens written.")] = None,
        note: Annotated[str | None, typer.Option(help="Anything worth keeping.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Say how good the outcome of a decision was."""
        from acrouter_mcp import schema
        from acrouter_mcp.cli import by_hand
        from acrouter_mcp.loop.arguments import RecordArguments
        from acrouter_mcp.loop.record import record as tell
        from acrouter_mcp.tools.record_outcome import render

        given = {
            "decision_id": decision_id,
            "quality": quality,
            "source": source,
            "model": model,
            "cost_usd": cost_usd,
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "note": note,
        }
        arguments = schema.parse(RecordArguments, given)
        by_hand.run(lambda services, caller: tell(services, arguments, caller), render, as_json=as_json)
