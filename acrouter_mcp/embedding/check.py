"""Is this embedder what it says it is?"""

from __future__ import annotations

import math

from acrouter_mcp.embedding.bundled import DEFAULT_MODEL
from acrouter_mcp.embedding.protocol import Embedder

KNOWN_TEXT = "Fix the off-by-one error in the binary search."
KNOWN_START = (0.02998, 0.00214, -0.01264, 0.00384, -0.00106, -0.05314)
"""First components of the bundled model's vector of `KNOWN_TEXT`, rounded to 1e-5."""
TOLERANCE = 1e-3
PARAPHRASE = "The binary search skips the last element because its bounds are wrong; repair it."
UNRELATED = "Translate the welcome page of the shop into Spanish."


def self_check(embedder: Embedder) -> str | None:
    """Embed three known texts and return what is wrong with the vectors, or None if nothing is.

    Any model: shape, unit norm, and a paraphrase nearer than something else. The bundled model also has to give the
    recorded vector, so that another build of it, or of what runs it, doesn't quietly shift the memory.
    """
    vectors = embedder.embed([KNOWN_TEXT, PARAPHRASE, UNRELATED])
    for vector in vectors:
        if vector.shape != (embedder.dim,) or vector.dtype.name != "float32":
            return f"a vector is {vector.dtype}{list(vector.shape)}, expected float32[{embedder.dim}]"
        norm = math.sqrt(float(vector @ vector))
        if not abs(norm - 1) <= TOLERANCE:
            return f"a vector has norm {norm:.4f}, expected 1"
    known, near, far = vectors
    if embedder.name == DEFAULT_MODEL:
        drift = max(abs(float(got) - wanted) for got, wanted in zip(known, KNOWN_START, strict=False))
        if drift > TOLERANCE:
            return f"{embedder.name} differs from the recorded vector by {drift:.4f} (at most {TOLERANCE} expected)"
    if float(known @ near) <= float(known @ far):
        return f"{embedder.name} finds an unrelated sentence nearer than a paraphrase"
    return None
