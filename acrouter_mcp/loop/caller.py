"""Who calls, and how to tell them how far a call is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Progress = Callable[[float, str], Awaitable[None]]
"""Called with a share done in [0, 1] and a few words."""


async def silent(_share: float, _words: str) -> None:
    """Take progress and tell nobody."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the transport tells."""

    client: str | None = None
    """`clientInfo.name`."""
    transport: str = "stdio"
    loopback: bool = True
    """False when the server listens beyond this machine."""
    trusted: bool = False
    """A person at the command line: their word counts in full."""
    progress: Progress = silent

    @property
    def remote(self) -> bool:
        """Whether the server's working directory says nothing about the caller."""
        return self.transport in ("sse", "http")
