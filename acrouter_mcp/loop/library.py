"""The memory and the embedder, each there when it is there, joined as soon as both are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from acrouter_mcp.embedding import BackgroundEmbedder, Embedder
from acrouter_mcp.errors import MemoryUnavailable, UserError
from acrouter_mcp.memory import Memory

logger = logging.getLogger(__name__)

BATCH = 8
SCAN = 512
"""Texts asked for at once: each such question passes over all rows that are done."""
BREATH_S = 0.05
"""Pause between batches: re-embedding leaves the processor to whoever waits for an answer."""


class Library:
    """Opens the memory at the first call that can, and embeds in the background what the current embedder hasn't seen.

    Texts lack a vector when they were stored before the embedder had loaded, or under another embedder.
    """

    def __init__(self, path: Path, embedder: BackgroundEmbedder) -> None:
        self._path = path
        self._embedder = embedder
        self._memory: Memory | None = None
        self._joined: tuple[Memory, Embedder] | None = None
        self._identity: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        embedder.on_ready.append(self._embedder_ready)

    def open(self) -> Memory:
        """Return the memory, joined with the embedder if that is there.

        Raises:
            MemoryUnavailable: it can't be opened or read now; a later call tries again.
        """
        with self._lock:
            if self._memory is not None and _identity(self._path) != self._identity:
                self._let_go()  # the file was moved away or replaced: what is written to the old one would be lost
            if self._memory is None:
                self._memory = Memory.open(self._path)
                self._identity = _identity(self._path)
            embedder = self._embedder.ready_embedder()
            if embedder is not None and self._joined is None:
                self._join(self._memory, embedder)
            return self._memory

    def close(self) -> None:
        """Stop the background work and close the file."""
        self._closed.set()
        with self._lock:
            self._let_go()

    def catch_up(self) -> None:
        """Embed what was just stored without a vector, if the embedder has come meanwhile; else that happens then."""
        with self._lock:
            if self._joined is not None:
                self._embed_in_background(*self._joined)

    def _embedder_ready(self, embedder: Embedder) -> None:
        with self._lock:
            if self._memory is not None:
                try:
                    self._join(self._memory, embedder)
                except MemoryUnavailable as error:  # locked or full just now: the next `open` joins them
                    logger.warning("the embedder waits for the memory: %s", error)

    def _let_go(self) -> None:
        if self._memory is not None:
            self._memory.close()
        self._memory = self._joined = None

    def _join(self, memory: Memory, embedder: Embedder) -> None:
        memory.use_embedder(embedder.name, embedder.digest, embedder.dim)
        self._joined = memory, embedder
        _embed(memory, embedder, memory.unembedded(BATCH))  # what was decided while it loaded can be recalled at once
        self._embed_in_background(memory, embedder)

    def _embed_in_background(self, memory: Memory, embedder: Embedder) -> None:
        threading.Thread(target=self._embed_missing, args=(memory, embedder), name="re-embed", daemon=True).start()

    def _embed_missing(self, memory: Memory, embedder: Embedder) -> None:
        try:
            while not self._closed.is_set() and (missing := memory.unembedded(SCAN)):
                for batch in batched(missing, BATCH):
                    _embed(memory, embedder, batch)
                    if self._closed.wait(BREATH_S):
                        return
        except UserError as error:  # the memory can't be written, or the process is ending
            logger.warning("re-embedding stopped, the next start goes on: %s", error)
        except Exception:
            logger.exception("re-embedding stopped")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of the same name, or None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _embed(memory: Memory, embedder: Embedder, batch: Sequence[tuple[str, str]]) -> None:
    vectors = embedder.embed([text for _, text in batch])
    memory.add_vectors([(key, vector) for (key, _), vector in zip(batch, vectors, strict=True)])


def batched(items: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    """Yield `items` in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
