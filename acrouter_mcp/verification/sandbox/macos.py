"""macOS's `sandbox-exec` with a profile that denies by default.

Written by the profile language's documentation (sandbox-exec(1), /System/Library/Sandbox/Profiles) and **untested**:
it is used only if its probe runs. A warden ends what is left; without a subreaper it finds a daemon only while its
parents live. The system's calls can't be filtered, so limits and watchdogs are all there is against floods.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.verification.sandbox.base import Exit, Job
from acrouter_mcp.verification.sandbox.warded import Outfit, Places, run_warded

PROGRAM = "/usr/bin/sandbox-exec"
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/System", "/Library/Apple", "/Library/Developer/CommandLineTools",
    "/Library/Frameworks/Python.framework", "/opt/homebrew", "/private/var/db/dyld", "/private/var/db/timezone",
    "/private/var/select",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_PROFILE = """(version 1)
(deny default)
(allow process-fork)
(allow process-exec {readable})
(allow process-exec {writable})
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow file-read-metadata)
(allow file-read* (literal "/") {readable} {writable})
(allow file-write* {writable})
(allow file-read* file-write-data {devices})
(allow file-map-executable {readable} {writable})
{given}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxExec:
    """The tier."""

    name: str = "sandbox-exec"
    contained: bool = True

    async def run(self, job: Job) -> Exit:
        """See `Sandbox.run`."""
        return await run_warded(job, self.outfit)

    def outfit(self, job: Job, places: Places) -> Outfit:
        """Return the words that go before a job's command."""
        return Outfit(before=(PROGRAM, "-p", profile(job, places)))


def profile(job: Job, places: Places) -> str:
    """Return the profile of a job: in it, a later rule wins over an earlier one."""
    given = f"(deny file-write* {_filters('literal', places.given)})" if places.given else ""
    return _PROFILE.format(
        readable=_filters("subpath", (*map(Path, _SYSTEM), *job.readable, *([job.workspace] if job.workspace else []))),
        writable=_filters("subpath", (places.work, places.home)),
        devices=_filters("literal", map(Path, _DEVICES)),
        given=given,
    )


def _filters(kind: str, places: Iterable[Path]) -> str:
    """Return filters for these paths as they are named and, since the kernel compares real ones, as they really are."""
    named = dict.fromkeys(str(form) for place in places for form in (place, place.resolve()))
    return " ".join(f'({kind} "{_escaped(name)}")' for name in named)


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
