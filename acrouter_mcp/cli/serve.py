"""`acrouter-mcp serve`: the server."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Transport(StrEnum):
    """How clients connect."""

    STDIO = "stdio"
    SSE = "sse"
    HTTP = "http"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("serve")
    def serve(
        transport: Annotated[Transport, typer.Option(help="How clients connect.")] = Transport.STDIO,
        host: Annotated[str, typer.Option(help="Address to listen on; beyond this machine needs ACROUTER_TOKEN.")] = (
            "127.0.0.1"
        ),
        port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8765,
    ) -> None:
        """Serve MCP on stdio, SSE or streamable HTTP (the default command)."""
        import anyio  # late, like all that follows: --help and wrong usage answer at once

        from acrouter_mcp.serving import serve_http, serve_stdio

        if transport is Transport.STDIO:
            anyio.run(serve_stdio)
        else:
            anyio.run(serve_http, transport.value, host, port)
