"""Limits only, for those who asked for it by `ACROUTER_ALLOW_UNCONTAINED`: *no* containment.

What is judged can read the user's files, reach the network and signal the server. Only a scratch directory, a bare
environment, the kernel's limits, the watchdogs and a warden that ends what is left stand between. POSIX only.
"""

from __future__ import annotations

from dataclasses import dataclass

from acrouter_mcp.verification.sandbox.base import Exit, Job
from acrouter_mcp.verification.sandbox.warded import Outfit, run_warded


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncontained:
    """The tier that isn't one."""

    name: str = "uncontained"
    contained: bool = False

    async def run(self, job: Job) -> Exit:
        """See `Sandbox.run`."""
        return await run_warded(job, lambda _job, _places: Outfit())
