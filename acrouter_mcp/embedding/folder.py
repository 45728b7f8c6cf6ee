"""A model of the user's own: a folder with `model.onnx` and `tokenizer.json`."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from acrouter_mcp.embedding.files import TOKENIZER, TOKENIZER_CONFIG, ModelFiles, Pooling
from acrouter_mcp.errors import EmbedderUnavailable

MAX_TOKENS = 256
"""What a model is given when its folder doesn't say: a longer text costs more and found little more."""


def locate(folder: Path) -> ModelFiles:
    """Return the files of the model in `folder`; pooling as its `1_Pooling/config.json` says, else the mean.

    Raises:
        EmbedderUnavailable: The folder or one of its two files isn't there.
    """
    if not folder.is_dir():
        raise EmbedderUnavailable(f"embedder: there is no folder '{folder}'; name one that has model.onnx in it")
    missing = [name for name in ("model.onnx", TOKENIZER) if not (folder / name).is_file()]
    if missing:
        raise EmbedderUnavailable(
            f"embedder: the folder '{folder}' lacks {' and '.join(missing)}; it needs model.onnx and {TOKENIZER}"
        )
    return ModelFiles(name=str(folder), weights=folder / "model.onnx", tokenizer=folder, pooling=_pooling(folder))


@contextmanager
def complete_tokenizer(folder: Path) -> Iterator[Path]:
    """Yield a folder that has a `tokenizer_config.json`: `folder` itself, or a passing copy with a default one.

    fastembed insists on that file for the length limit and the padding token.
    """
    if (folder / TOKENIZER_CONFIG).is_file():
        yield folder
        return
    with TemporaryDirectory(prefix="acrouter-") as scratch:
        shutil.copy(folder / TOKENIZER, scratch)
        config = {"model_max_length": MAX_TOKENS, "pad_token": "[PAD]"}
        (Path(scratch) / TOKENIZER_CONFIG).write_text(json.dumps(config), encoding="utf-8")
        yield Path(scratch)


def _pooling(folder: Path) -> Pooling:
    """Read the layout that sentence-transformers writes; a folder without it is pooled by the mean."""
    path = folder / "1_Pooling" / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        if config.get("pooling_mode_cls_token"):
            return "cls"
        return "last" if config.get("pooling_mode_lasttoken") else "mean"
    except FileNotFoundError:
        return "mean"
    except (OSError, ValueError, AttributeError):
        raise EmbedderUnavailable(f"embedder: {path} can't be read as JSON; mend or remove it") from None
