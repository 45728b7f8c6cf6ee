import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrouter_mcp import text
from acrouter_mcp.embedding import DEFAULT_MODEL, Embedder, load
from acrouter_mcp.errors import EmbedderUnavailable

PARAPHRASES = [
    ("Sort a list of numbers in ascending order.", "Arrange integers from the smallest to the largest."),
    ("The login page crashes when the password is empty.", "Signing in without a password raises an exception."),
    ("Write unit tests for the shopping cart.", "Add test cases that cover adding items to the basket."),
    ("Rename this variable across the whole project.", "Refactor: give the identifier another name everywhere."),
    ("Plot the monthly sales from a CSV file.", "Draw a chart of revenue per month using pandas."),
    ("Explain what this regular expression matches.", "Describe in words the meaning of the regex."),
    ("Port the parser from Python to Rust.", "Translate the parsing module into the Rust language."),
]
HUGE = "Tidy up the following log, please. " + "line of no interest\n" * 500_000


def test_each_sentence_is_nearest_to_its_own_paraphrase(embedder: Embedder) -> None:
    asked = np.array(embedder.embed([one for one, _ in PARAPHRASES]))
    said = np.array(embedder.embed([other for _, other in PARAPHRASES]))
    assert (asked @ said.T).argmax(axis=1).tolist() == list(range(len(PARAPHRASES)))


def test_vectors_are_float32_of_unit_norm_in_order(embedder: Embedder) -> None:
    texts = [f"Task number {n}: parse a file with {n * 7} columns" for n in range(11)]
    vectors = embedder.embed(texts)
    assert [v.shape for v in vectors] == [(embedder.dim,)] * 11
    assert {v.dtype for v in vectors} == {np.dtype(np.float32)}
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors[7], embedder.embed([texts[7]])[0])


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed([]) == []


@pytest.mark.parametrize("odd", ["", " \n\t", "\x00", "\ud800", "\u202e\u05e9\u05dc\u05d5\u05dd", "👩‍💻" * 300, HUGE])
def test_odd_text_has_a_usable_vector(embedder: Embedder, odd: str) -> None:
    (vector,) = embedder.embed([odd])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(codec=None), max_size=200))
def test_every_text_has_a_unit_vector(embedder: Embedder, any_text: str) -> None:
    (vector,) = embedder.embed([any_text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_what_is_stored_of_a_text_embeds_as_the_text_did(embedder: Embedder) -> None:
    whole, capped = embedder.embed([HUGE, text.cap(HUGE, text.STORE_LIMIT)])
    assert float(whole @ capped) == pytest.approx(1, abs=1e-5)


def test_many_threads_get_the_same_vectors(embedder: Embedder) -> None:
    texts = [f"Write function number {n}" for n in range(24)]
    alone = np.array(embedder.embed(texts))
    with ThreadPoolExecutor(6) as pool:
        together = np.array([vectors[0] for vectors in pool.map(lambda item: embedder.embed([item]), texts)])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_loading_twice_gives_the_same_identity(embedder: Embedder) -> None:
    again = load()
    assert (again.name, again.digest, again.dim) == (DEFAULT_MODEL, embedder.digest, 384)
    assert len(again.digest) == 64


def test_without_fastembed_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(EmbedderUnavailable, match="fastembed can't be imported here"):
        load()


def test_importing_the_room_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'fastembed', 'onnxruntime', 'tokenizers', 'huggingface_hub'}"
    code = f"import sys, acrouter_mcp.embedding; sys.exit(str({heavy} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_loading_and_embedding_write_to_neither_stream() -> None:
    code = "from acrouter_mcp.embedding import load; load().embed(['hello', ''])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_the_model_s_engine_reports_nothing_and_leaves_no_trace(tmp_path: Path) -> None:
    """onnxruntime's reporter keeps a database in the cache folder of whoever doesn't switch it off."""
    program = "from acrouter_mcp.embedding import load; load().embed(['a text'])"
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**kept, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        check=True,
        timeout=100,
    )
    assert list(tmp_path.rglob("*onnxruntime*")) == []
