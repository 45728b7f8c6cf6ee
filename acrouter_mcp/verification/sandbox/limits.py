"""Limits and environment in the form that every tier hands to its child."""

from __future__ import annotations

import os
from pathlib import Path

from acrouter_mcp.verification.sandbox.base import Job, Limits

_SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")


def limited(limits: Limits, *, processes: int | None) -> str:
    """Return a shell line that sets the limits and becomes `$@`; a limit that is already tighter stays.

    The kernel counts `processes` per user: only a sandbox that starts counting from nought can set it. Sizes are in
    blocks of 512 bytes, memory in KiB; the process limit is `-p` in dash and busybox, `-u` in bash.
    """
    wanted = [
        "-c 0",
        f"-t {limits.cpu_s}",
        f"-f {limits.file_mb * 2048}",
        f"-n {limits.open_files}",
        f"-v {limits.address_mb * 1024}",
    ]
    lines = [f"ulimit {option}" for option in wanted]
    if processes is not None:
        lines.append(f"ulimit -p {processes} || ulimit -u {processes}")
    return "{ " + "; ".join(lines) + '; } 2>/dev/null; exec "$@"'


def base_environment(job: Job, *, home: Path) -> dict[str, str]:
    """Return the whole environment of a job: nothing of the server's gets in."""
    path = [str(place) for place in job.path] + list(_SYSTEM_PATH)
    return {"PATH": os.pathsep.join(path), "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", **job.environment}
