"""Keeps the interpreter from ending while a thread is inside onnxruntime.

A daemon thread that comes back from C++ after finalisation has begun is unwound through frames that may not throw:
the process then ends by SIGABRT (seen in most exits between 0.4 and 0.6 s after the start of loading).
"""

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from acrouter_mcp.errors import EmbedderUnavailable

EXIT_WAIT_S = 10.0


class Gate:
    """Counts who is inside; once closed, nobody enters."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside for the body. Raises `EmbedderUnavailable` when the gate is closed."""
        with self._changed:
            if self._closed:
                raise EmbedderUnavailable("embedder: the process is ending")
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close(self, timeout_s: float) -> bool:
        """Let nobody in any more and wait until nobody is inside; return whether that is so."""
        with self._changed:
            self._closed = True
            return self._changed.wait_for(lambda: self._inside == 0, timeout_s)


NATIVE = Gate()
"""Around everything that runs onnxruntime or tokenizers in this process."""

atexit.register(NATIVE.close, EXIT_WAIT_S)
