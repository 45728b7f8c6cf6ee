"""What the other rooms may expect of an embedder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from acrouter_mcp.types import Vector


class Embedder(Protocol):
    """Turns text into unit vectors; safe to call from several threads at once."""

    @property
    def name(self) -> str:
        """The name it was asked for by: the bundled model's, fastembed's, or a folder."""
        ...

    @property
    def digest(self) -> str:
        """Hex sha256 over the files that determine its vectors: equal digests, comparable vectors."""
        ...

    @property
    def dim(self) -> int:
        """Length of its vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return one float32 unit vector of shape (dim,) per text, in order.

        Any text is accepted: it is cleaned and capped to `text.EMBED_LIMIT` characters first, head and tail. One that
        the model has nothing to say of (empty, for some models) gets a fixed stand-in vector, never zeros or NaN.
        """
        ...
