"""After work has ended: a process that waits a moment, and sees to what no server has looked at.

Hosts kill their servers a tenth of a second after the last turn, often before one has read what the turn left behind.
"""

from __future__ import annotations

import os
import sys
import time

LOOKS_S = (1.5, 4.0)
"""When to look, in seconds after the start of the process and of the wait before."""


def start() -> None:
    """Start that process, in a session of its own, without anything of the host's."""
    command = [sys.executable, "-m", "acrouter_mcp", "hook", "--follow"]
    try:
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
        os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet, setsid=True)
    except (AttributeError, NotImplementedError):
        import subprocess  # late: it takes longer to import than all of this

        nothing = subprocess.DEVNULL
        flags = 0x208 if sys.platform == "win32" else 0  # detached, a process group of its own
        subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, creationflags=flags
        )


def look() -> int:
    """Wait, and become `acrouter-mcp follow` if there is something that nobody has followed."""
    from acrouter_mcp.hooks import places

    found = places.find(None)
    for wait in LOOKS_S:
        time.sleep(wait)
        if _is_left(found.memory, found.data):
            command = [sys.executable, "-m", "acrouter_mcp", "follow"]
            if sys.platform == "win32":
                import subprocess

                return subprocess.call(command)
            os.execv(sys.executable, command)  # noqa: S606 - our own program
    return 0


def _is_left(memory: str, data: str) -> bool:
    from acrouter_mcp.hooks.journal import SPOOL, connected

    if os.path.exists(os.path.join(data, SPOOL)):
        return True
    try:
        connection = connected(memory)
        try:
            sql = "SELECT 1 FROM event WHERE followed = 0 AND kind = 'stop' LIMIT 1"
            return connection.execute(sql).fetchone() is not None
        finally:
            connection.close()
    except Exception:
        return False
