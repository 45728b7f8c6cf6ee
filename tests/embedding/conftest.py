"""The real model, once, and the files that it is made of."""

import shutil
from pathlib import Path

import pytest

from acrouter_mcp.embedding import Embedder, bundled, load


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load()


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A folder of the user's own with the two files that it needs."""
    folder = tmp_path / "Modèle à moi"
    folder.mkdir()
    files = bundled.locate()
    shutil.copy(files.weights, folder / "model.onnx")
    shutil.copy(files.tokenizer / "tokenizer.json", folder)
    return folder
