"""Verifications under way in this process, so that one which outlives its call can be asked for again."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio

from acrouter_mcp.loop.answers import Verification
from acrouter_mcp.loop.caller import Progress, silent

KEPT = 100
"""Finished jobs that are remembered besides what the memory stores."""


@dataclass(slots=True)
class Job:
    """One verification under way."""

    id: str
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    done: anyio.Event = field(default_factory=anyio.Event)
    answer: Verification | None = None
    error: Exception | None = None
    progress: Progress = silent
    """Of the call that waits for it now."""


class Jobs:
    """The jobs of this process by verification id; the oldest finished ones are forgotten."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def add(self, job: Job) -> None:
        """Keep `job`, and let the oldest finished one go when there are too many."""
        finished = [key for key, kept in self._jobs.items() if kept.done.is_set()]
        for key in finished[: max(0, len(finished) - KEPT)]:
            del self._jobs[key]
        self._jobs[job.id] = job

    def get(self, verification_id: str) -> Job | None:
        """Return the job of that id, if this process runs or ran it."""
        return self._jobs.get(verification_id)

    async def stop(self) -> None:
        """Cancel what still runs and wait until it has cleaned up."""
        for job in self._jobs.values():
            job.scope.cancel()
        for job in self._jobs.values():
            await job.done.wait()
