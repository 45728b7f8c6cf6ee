"""`acrouter-mcp follow`: what a server does with the events of hooks, for when none runs; hooks start it."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`, without a word about it in the help."""

    @app.command("follow", hidden=True)
    def follow() -> None:
        """Settle the work that hooks saw come to an end."""
        import anyio

        from acrouter_mcp.app import App

        async def main() -> int:
            from acrouter_mcp.loop.follow import follow

            async with App() as running:
                services = await running.services()
                await anyio.to_thread.run_sync(services.embedder.wait, EMBEDDER_WAIT_S)
                return len(await anyio.to_thread.run_sync(follow, services))

        typer.echo(f"{anyio.run(main)} pieces of work", err=True)


EMBEDDER_WAIT_S = 20.0
