"""The policy's state as a fold over the memory's lessons, kept up to date by every call."""

from __future__ import annotations

import threading
from collections.abc import Callable

from acrouter_mcp.memory import Memory
from acrouter_mcp.routing import Router


class Learner:
    """One router and the cursor up to which it has folded; safe to call from several threads.

    Other servers write to the same file: whoever decides first folds what is new, so that one window learns at once
    what another recorded.
    """

    def __init__(self, new_router: Callable[[], Router]) -> None:
        self._new_router = new_router
        self._router = new_router()
        self._generation = -1
        self._seq = 0
        self._lock = threading.Lock()

    def current(self, memory: Memory) -> Router:
        """Return the router after folding every lesson that `memory` has beyond the cursor.

        Raises:
            MemoryUnavailable: the lessons can't be read.
        """
        with self._lock:
            batch = memory.lessons_since(self._generation, self._seq)
            if batch.reset:
                self._router = self._new_router()
            for lesson in batch.lessons:
                self._router.learn(lesson)
                self._seq = lesson.seq
            self._generation = batch.generation
            return self._router
