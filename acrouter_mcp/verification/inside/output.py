"""What the solution prints, kept for the answer to the question that it printed on."""

from __future__ import annotations

import io
import os

_KEPT = 1 << 20


class Capture(io.StringIO):
    """What judged code prints during one call; what is too much goes to the real descriptor, whose limit ends it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor, self._kept = descriptor, 0

    def write(self, text: str) -> int:
        """See `TextIOBase.write`."""
        self._kept += len(text)
        if self._kept > _KEPT:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        return super().write(text)

    def fileno(self) -> int:
        """Return the real descriptor, for programs that the solution starts."""
        return self._descriptor

    def take(self) -> str:
        """Return what was printed since this was asked last."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        self._kept = 0
        return text
