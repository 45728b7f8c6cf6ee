"""`acrouter-mcp demo`."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("demo")
    def demo(as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False) -> None:
        """Drive the whole loop over real tasks, through a real client; exit status 1 if anything fell short."""
        import anyio

        from acrouter_mcp.demo.runner import run

        if not anyio.run(run, as_json):
            raise typer.Exit(1)
