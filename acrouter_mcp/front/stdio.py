"""`acrouter-mcp` on stdio: answers at once, imports meanwhile, serves."""

from __future__ import annotations

import os
import sys
import threading

from acrouter_mcp.front import cache
from acrouter_mcp.front.early import Early, own_stdin

_SWITCH_S = 0.001
"""The importing thread holds the interpreter; it is asked to let go this often."""


def serve() -> int:
    """Serve one client on stdin and stdout until it leaves; returns the exit status."""
    try:
        return _serve(_early())
    except KeyboardInterrupt:
        os._exit(130)  # an orderly exit would wait for the importing thread


def _early() -> Early:
    """Answer what can be answered until the server is imported."""
    early = Early(cache.read(), own_stdin(), 1)
    early.attend(None)
    told, tell = os.pipe()
    failures: list[BaseException] = []
    threading.Thread(target=_import, args=(tell, failures), daemon=True).start()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_S)
    early.attend(told)
    sys.setswitchinterval(usual)
    os.close(told)
    os.close(tell)
    if failures:
        raise failures[0]
    return early


def _import(tell: int, failures: list[BaseException]) -> None:
    try:
        import acrouter_mcp.front.replay
        import acrouter_mcp.serving  # noqa: F401 - for its time, not its names
    except BaseException as error:
        failures.append(error)
    finally:
        os.write(tell, b".")


def _serve(early: Early) -> int:
    import logging

    import anyio

    from acrouter_mcp.errors import UsageError, UserError
    from acrouter_mcp.front.replay import Replay
    from acrouter_mcp.serving import serve_stdio

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        anyio.run(serve_stdio, Replay(early))
    except UserError as error:
        sys.stderr.write(f"acrouter-mcp: {error}\n")
        return 2 if isinstance(error, UsageError) else 1
    return 0
