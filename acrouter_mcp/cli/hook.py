"""`acrouter-mcp hook`, as the help shows it: `acrouter_mcp.start` runs it without any of this."""

from __future__ import annotations

from typing import Annotated

import typer

from acrouter_mcp.hooks.entry import main


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("hook")
    def hook(
        event: Annotated[str, typer.Argument(help="The host's own name of the event.")],
        host: Annotated[
            str, typer.Option(help="claude-code, codex, copilot, gemini, opencode, qwen, cursor or vscode.")
        ],
    ) -> None:
        """Take an event of a host: payload on stdin, answer on stdout; never fails, never slow."""
        main([event, "--host", host])
