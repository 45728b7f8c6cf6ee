"""The command: a server on stdio and a host's hook go the short way, everything else through the command line."""

from __future__ import annotations

import os
import sys

_STDIO: tuple[list[str], ...] = ([], ["serve"], ["serve", "--transport", "stdio"], ["serve", "--transport=stdio"])


def main() -> None:
    """Run `acrouter-mcp`."""
    if sys.argv[1:2] == ["hook"] and "--help" not in sys.argv:
        from acrouter_mcp.hooks.entry import main as run_hook  # the standard library alone

        os._exit(run_hook(sys.argv[2:]))  # an orderly exit takes some of the time that a host waits
    if sys.argv[1:] in _STDIO and sys.platform != "win32":  # whose pipes can't be waited for
        from acrouter_mcp.front.stdio import serve  # which imports nothing that takes time

        sys.exit(serve())
    from acrouter_mcp.cli import main as run_command

    run_command()
