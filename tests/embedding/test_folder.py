import json
from pathlib import Path

import numpy as np
import pytest

from acrouter_mcp.embedding import Embedder, load
from acrouter_mcp.errors import EmbedderUnavailable

TEXT = "Make the cache thread-safe."


def test_two_files_are_enough(model_folder: Path, embedder: Embedder) -> None:
    own = load(str(model_folder))
    assert own.name == str(model_folder)
    assert own.dim == 384
    np.testing.assert_allclose(own.embed([TEXT])[0], embedder.embed([TEXT])[0], atol=1e-5)
    assert sorted(path.name for path in model_folder.iterdir()) == ["model.onnx", "tokenizer.json"]


def test_it_can_be_loaded_twice_and_by_a_relative_path(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model_folder.parent)
    assert load(f"./{model_folder.name}").digest == load(str(model_folder)).digest


def test_pooling_is_read_and_part_of_the_identity(model_folder: Path) -> None:
    mean = load(str(model_folder))
    (model_folder / "1_Pooling").mkdir()
    config = model_folder / "1_Pooling" / "config.json"
    config.write_text(json.dumps({"pooling_mode_cls_token": True}), encoding="utf-8")
    cls = load(str(model_folder))
    assert cls.digest != mean.digest
    assert float(cls.embed([TEXT])[0] @ mean.embed([TEXT])[0]) < 0.99
    config.write_text("[broken", encoding="utf-8")
    with pytest.raises(EmbedderUnavailable, match="can't be read as JSON"):
        load(str(model_folder))


def test_a_length_limit_is_obeyed_and_part_of_the_identity(model_folder: Path) -> None:
    default = load(str(model_folder))
    config = {"model_max_length": 8, "pad_token": "[PAD]"}
    (model_folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    short = load(str(model_folder))
    assert short.digest != default.digest
    one, other = short.embed(["one two three four five six " + end for end in ("seven", "eight nine")])
    assert float(one @ other) == pytest.approx(1, abs=1e-5)


def test_missing_files_are_named(model_folder: Path) -> None:
    (model_folder / "tokenizer.json").unlink()
    with pytest.raises(EmbedderUnavailable, match=r"lacks tokenizer\.json"):
        load(str(model_folder))


def test_a_missing_folder_is_not_taken_for_a_model_name(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match=r"there is no folder '.*nowhere'"):
        load(str(tmp_path / "nowhere"))


def test_a_damaged_model_is_refused_without_the_runtime_s_own_words(model_folder: Path) -> None:
    (model_folder / "model.onnx").write_bytes(b"\x08\x07 damaged")
    with pytest.raises(EmbedderUnavailable, match="could not be run; its files may be damaged") as refusal:
        load(str(model_folder))
    assert "ONNXRuntime" not in str(refusal.value)
    assert refusal.value.__cause__ is None
