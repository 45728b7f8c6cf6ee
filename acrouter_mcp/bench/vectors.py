"""Embeddings of a stream's tasks, by the embedder that the server has."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

import numpy as np
import platformdirs

from acrouter_mcp.bench.stream import Stream

BATCH = 16


def embedded(stream: Stream, advance: Callable[[int], None]) -> Stream:
    """Return the stream with vectors, kept in the user's cache folder; `advance` hears of each batch's size.

    Raises:
        EmbedderUnavailable: the bundled embedder is not installed.
    """
    from acrouter_mcp.embedding import load  # 0.7 s, and only some rows need it

    embedder = load()
    texts = [task.text for task in stream.tasks]
    digest = hashlib.sha256("\0".join([embedder.digest, *texts]).encode()).hexdigest()[:16]
    kept = platformdirs.user_cache_path("acrouter-mcp") / "bench" / f"vectors-{digest}.npy"
    if kept.is_file():
        return stream.with_vectors(list(np.load(kept)))
    vectors = []
    for start in range(0, len(texts), BATCH):
        vectors += embedder.embed(texts[start : start + BATCH])
        advance(len(texts[start : start + BATCH]))
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    with partial.open("wb") as file:
        np.save(file, np.array(vectors))
    partial.replace(kept)
    return stream.with_vectors(vectors)
