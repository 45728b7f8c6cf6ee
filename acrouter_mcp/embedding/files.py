"""The files of a model, found and named by what is in them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from acrouter_mcp.errors import EmbedderUnavailable

TOKENIZER = "tokenizer.json"
TOKENIZER_CONFIG = "tokenizer_config.json"
REGISTERED = "acrouter/"
"""How the names begin that models of ours and of the user's have inside fastembed."""

Pooling = Literal["mean", "cls", "last"]
"""How a sentence's vector is made from its tokens': their mean, the first one, the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model that lies on this machine, complete, and how to open it."""

    name: str
    weights: Path
    """ONNX file; data that it refers to lies beside it and has its name as prefix (`model.onnx_data`)."""
    tokenizer: Path
    """Folder with `tokenizer.json` and, unless it is a user's, `tokenizer_config.json`."""
    builtin: bool = False
    """True: fastembed knows this name, its pooling and its files. False: it has to be registered first."""
    pooling: Pooling = "mean"

    def digest(self) -> str:
        """Return the hex sha256 over pooling, weights, their data and the tokenizer, whatever their paths."""
        weights = sorted(self.weights.parent.glob(f"{self.weights.name}*"))
        paths = (*weights, self.tokenizer / TOKENIZER, self.tokenizer / TOKENIZER_CONFIG)
        named = [f"{path.name} {sha256(path)}" for path in paths if path.is_file()]
        return hashlib.sha256("\n".join([f"pooling {self.pooling}", *named]).encode("utf-8")).hexdigest()


def sha256(path: Path) -> str:
    """Return the hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, expected: str, remedy: str) -> None:
    """Raise `EmbedderUnavailable` unless `path` is a file with this sha256; `remedy` says how to get the right one."""
    try:
        got = sha256(path)
    except OSError:
        raise EmbedderUnavailable(f"embedder: {path} can't be read; {remedy}") from None
    if got != expected:
        raise EmbedderUnavailable(
            f"embedder: {path} is not the file it should be: its sha256 is {got}, expected {expected}; {remedy}"
        )
