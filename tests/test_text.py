"""Text from outside is made safe, and its size is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp import text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@given(ANY_TEXT)
def test_clean_text_can_be_encoded_and_holds_no_nul(raw: str) -> None:
    cleaned = text.clean(raw)
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert len(cleaned) == len(raw)


@given(st.text(max_size=50), st.integers(0, 2000))
def test_cap_bounds_the_length_and_keeps_both_ends(seed: str, repeats: int) -> None:
    whole = "HEAD" + seed * repeats + "TAIL"
    capped = text.cap(whole, 200)
    assert len(capped) <= 200
    assert capped.startswith("HEAD")
    assert capped.endswith("TAIL")


def test_cap_leaves_short_text_alone() -> None:
    assert text.cap("short", 200) == "short"


def test_digest_takes_lone_surrogates_and_tells_texts_apart() -> None:
    assert text.digest("\ud800") != text.digest("\ud801")
