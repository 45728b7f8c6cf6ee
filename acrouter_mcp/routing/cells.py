"""What has been learned, as sums: one cell per kind and arm, from which lessons can be taken out again exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_ZERO = 1e-9


@dataclass(slots=True)
class Cell:
    """Sums over the lessons of one arm on one kind of task; `y` is the quality over its prior expectation."""

    n: int = 0
    weight: float = 0.0
    wy: float = 0.0
    wyy: float = 0.0


@dataclass(frozen=True, slots=True)
class Sums:
    """The cells as matrices of shape (kinds, arms)."""

    kinds: tuple[str, ...]
    arms: tuple[str, ...]
    weight: Floats
    wy: Floats
    wyy: Floats


class Cells:
    """Additive state of one linear model: the order of additions and subtractions doesn't matter."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], Cell] = {}
        self._priors: defaultdict[str, Floats] = defaultdict(lambda: np.zeros(2))
        """Arm -> sum of weights, weighted sum of the catalogue's priors at the time of the decisions."""
        self.version = 0
        """Grows with every change, for whoever keeps what is computed from here."""

    def add(self, kind: str, arm: str, *, y: float, weight: float, prior: float, sign: int = 1) -> None:
        """Add one observation, or with `sign` -1 take it out again (also before it was ever added)."""
        cell = self._cells.setdefault((kind, arm), Cell())
        signed = sign * weight
        cell.n += sign
        cell.weight += signed
        cell.wy += signed * y
        cell.wyy += signed * y * y
        self._priors[arm] += signed, signed * prior
        if cell.n == 0 and max(abs(cell.weight), abs(cell.wy), abs(cell.wyy)) < _ZERO:
            del self._cells[kind, arm]
        self.version += 1

    def prior(self, arm: str) -> float | None:
        """Return the mean of the priors that `arm` had when its decisions were made, or None without lessons."""
        if arm not in self._priors:
            return None
        weight, total = self._priors[arm]
        return float(total / weight) if weight > _ZERO else None

    def sums(self) -> Sums:
        """Return the cells as matrices, kinds and arms sorted; a cell that holds nothing (yet) is zero."""
        held = sorted(self._held())
        kinds = tuple(sorted({kind for (kind, _), _ in held}))
        arms = tuple(sorted({arm for (_, arm), _ in held}))
        row, column = ({name: at for at, name in enumerate(names)} for names in (kinds, arms))
        table = np.zeros((3, len(kinds), len(arms)))
        for (kind, arm), values in held:
            table[:, row[kind], column[arm]] = values
        return Sums(kinds, arms, table[0], table[1], table[2])

    def _held(self) -> Iterator[tuple[tuple[str, str], tuple[float, float, float]]]:
        for key, cell in self._cells.items():
            if cell.weight > _ZERO:
                yield key, (cell.weight, cell.wy, cell.wyy)
