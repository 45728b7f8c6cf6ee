"""Finished passes in a folder, from which an interrupted run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from acrouter_mcp.bench.replay import Run


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of passes.

    Each lies under digests of what it depends on, so that one that wouldn't come out the same again isn't found.
    """

    folder: Path
    data: Mapping[tuple[str, str], str]
    """Digest of a stream's view, and of the seed."""
    rows: Mapping[tuple[str, str], str]
    """Digest of what a row on a stream is made of."""

    def load(self, stream: str, view: str, row: str, order: int) -> Run | None:
        """Return a pass; None if it isn't there, or isn't whole."""
        try:
            with self._path(stream, view, row, order).open("rb") as file, np.load(file) as arrays:
                return Run(**{field.name: arrays[field.name] for field in fields(Run)})
        except (OSError, KeyError, ValueError, BadZipFile):
            return None

    def save(self, stream: str, view: str, row: str, order: int, run: Run) -> None:
        """Keep a pass, whole or not at all."""
        path = self._path(stream, view, row, order)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.savez_compressed(file, **{field.name: getattr(run, field.name) for field in fields(Run)})
        partial.replace(path)

    def _path(self, stream: str, view: str, row: str, order: int) -> Path:
        name = f"{row.replace(':', '=')}-{self.rows[stream, row.partition(':')[0]]}"
        return self.folder / f"{stream}-{view}-{self.data[stream, view]}" / name / f"{order}.npz"
