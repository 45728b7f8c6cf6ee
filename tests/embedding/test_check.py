from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from acrouter_mcp.embedding import DEFAULT_MODEL, Embedder, load, self_check
from acrouter_mcp.types import Vector


class Altered:
    """An embedder whose vectors somebody has changed."""

    def __init__(self, inner: Embedder, change: str) -> None:
        self.name, self.digest, self.dim = DEFAULT_MODEL, "0" * 64, inner.dim
        self._inner = inner
        self._change = change

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        vectors = self._inner.embed(texts)
        match self._change:
            case "doubled":
                return [2 * v for v in vectors]
            case "float64":
                return [v.astype(np.float64) for v in vectors]
            case "short":
                return [v[:100] for v in vectors]
            case "nan":
                return [v * np.float32("nan") for v in vectors]
            case "mirrored":
                return [-v for v in vectors]
            case _:
                return [vectors[0], vectors[2], vectors[1]]


def test_the_bundled_model_is_what_was_recorded(embedder: Embedder) -> None:
    assert self_check(embedder) is None


def test_another_model_is_checked_without_recorded_numbers(model_folder: Path) -> None:
    assert self_check(load(str(model_folder))) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("doubled", "norm 2.0000"),
        ("float64", "float64"),
        ("short", r"\[100\]"),
        ("nan", "norm nan"),
        ("mirrored", "differs from the recorded vector"),
        ("swapped", "unrelated sentence nearer"),
    ],
)
def test_what_is_wrong_is_said(embedder: Embedder, change: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        assert self_check(Altered(embedder, change)) is None, self_check(Altered(embedder, change))
