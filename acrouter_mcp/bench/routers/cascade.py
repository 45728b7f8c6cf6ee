"""What makes a cascade of a router: further tries until a signal is satisfied, named `STOP_SIGNAL@TRIES`."""

from __future__ import annotations

from acrouter_mcp.bench.protocol import Bandit, Setting
from acrouter_mcp.bench.stream import Stream
from acrouter_mcp.errors import UsageError

TRIES = (2, 3, 8)
"""Lengths of the cascades in the table."""


class Cascade(Bandit):
    """To stand before another router among a row's bases."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._signal, self._tries = cascade(setting.argument)

    @classmethod
    def arguments(cls, stream: Stream) -> tuple[str, ...]:
        """Return each signal of the stream with each number of tries."""
        return tuple(f"{signal}@{tries}" for signal in stream.signals for tries in TRIES)

    @classmethod
    def fits(cls, stream: Stream, argument: str) -> bool:
        """Return whether the stream has the signal; any number of tries will do."""
        return cascade(argument)[0] in stream.signals

    @property
    def tries(self) -> int:
        """Return how many models may try one task."""
        return self._tries

    @property
    def signal(self) -> str:
        """Return the name of the signal that ends the cascade."""
        return self._signal


def cascade(argument: str) -> tuple[str, int]:
    """Return the signal and the number of tries that a row's argument names.

    Raises:
        UsageError: it isn't of the form SIGNAL@TRIES.
    """
    signal, _, tries = argument.partition("@")
    if not signal or not tries.isdigit() or int(tries) < 1:
        raise UsageError(f"a cascade is named SIGNAL@TRIES (true_score@2), not {argument!r}")
    return signal, int(tries)
