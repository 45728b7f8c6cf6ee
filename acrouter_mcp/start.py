"""The command: a server on stdio goes the short way, everything else through the command line."""

from __future__ import annotations

import sys

_STDIO: tuple[list[str], ...] = ([], ["serve"], ["serve", "--transport", "stdio"], ["serve", "--transport=stdio"])


def main() -> None:
    """Run `acrouter-mcp`."""
    if sys.argv[1:] in _STDIO and sys.platform != "win32":  # whose pipes can't be waited for
        from acrouter_mcp.front.stdio import serve  # which imports nothing that takes time

        sys.exit(serve())
    from acrouter_mcp.cli import main as run_command

    run_command()
