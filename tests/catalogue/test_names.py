import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.catalogue import EFFORTS, Catalogue

BUILTIN = Catalogue.load(None)
ALIASES = {"sonnet": "claude-sonnet-4-6", "mine": "kimi-k2.5", "quick": "not-in-the-catalogue"}

fragments = st.sampled_from(
    [
        "",
        " ",
        ":",
        "/",
        ".",
        "-",
        "[1m]",
        "-latest",
        "@default",
        "-20260115",
        "-2026-01-15",
        "@20260115",
        "-v1:0",
        " (copilot)",
        "us.anthropic.",
        "openrouter/",
        "anthropic/",
        "models/",
        "acme/",
        "low",
        ":low",
        ":max",
        ":free",
        "claude-opus-4-6",
        "Claude Opus 4.6",
        "gpt-5.4",
        "qwen3:8b",
        "sonnet",
        "\u0130",
        "\udc80",
        "\x00",
        "\n",
        "\u200f",
    ]
)
words = st.one_of(st.text(), st.lists(fragments, max_size=7).map("".join), st.text(min_size=180, max_size=260))


@pytest.mark.parametrize(
    ("word", "arm"),
    [
        ("claude-opus-4-6", "claude-opus-4-6"),
        ("CLAUDE-OPUS-4-6", "claude-opus-4-6"),
        ("claude-opus-4.6", "claude-opus-4-6"),
        ("Claude Opus 4.6", "claude-opus-4-6"),
        ("  claude-opus-4-6\n", "claude-opus-4-6"),
        ("anthropic/claude-opus-4-6", "claude-opus-4-6"),
        ("openrouter/anthropic/claude-opus-4.6", "claude-opus-4-6"),
        ("us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6"),
        ("bedrock/eu.anthropic.claude-opus-4-6-20260205-v1:0", "claude-opus-4-6"),
        ("claude-opus-4-6@20260205", "claude-opus-4-6"),
        ("claude-opus-4-6-20260205", "claude-opus-4-6"),
        ("claude-opus-4-6[1m]", "claude-opus-4-6"),
        ("gpt-5.4-2026-03-05", "gpt-5.4"),
        ("gpt-5.4-latest", "gpt-5.4"),
        ("GPT-5.4 (copilot)", "gpt-5.4"),
        ("models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("publishers/google/models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("some-gateway/team-a/gpt-5.4", "gpt-5.4"),
        ("some-gateway/us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6"),
        ("MiniMax-M2.7", "minimax-m2.7"),
        ("Qwen3-Max", "qwen3-max"),
        ("opus", "claude-opus-5-5"),
        ("gpt-6-sol:low", "gpt-6-sol:low"),
        ("openai/GPT-6-Sol:XHigh", "gpt-6-sol:xhigh"),
        ("gpt-6-sol:ultra", "gpt-6-sol:ultra"),
        ("sonnet[1m]:high", "claude-sonnet-5-5:high"),
    ],
)
def test_every_way_of_saying_a_known_model_names_the_same_arm(word: str, arm: str) -> None:
    ref = BUILTIN.resolve(word)
    assert (ref.arm, ref.known, ref.word, ref.suggestion) == (arm, True, word, None)


def test_an_effort_is_told_from_the_model() -> None:
    ref = BUILTIN.resolve("gpt-6-sol:low")
    assert (ref.model, ref.effort) == ("gpt-6-sol", "low")


@pytest.mark.parametrize(
    ("word", "model"),
    [
        ("qwen3:8b", "qwen3:8b"),
        ("ollama/qwen3:8b", "ollama/qwen3:8b"),
        ("openrouter/acme/rocket:free", "acme/rocket:free"),
        ("deepseek-v3", "deepseek-v3"),
        ("anthropic/", "anthropic/"),
        (":low", ":low"),
    ],
)
def test_a_colon_or_slash_that_is_no_effort_or_vendor_stays_in_an_unknown_name(word: str, model: str) -> None:
    ref = BUILTIN.resolve(word)
    assert (ref.arm, ref.model, ref.effort, ref.known) == (model, model, None, False)


def test_an_unknown_model_is_an_arm_with_a_suggestion() -> None:
    ref = BUILTIN.resolve("claude-opus-4-66:high")
    assert (ref.arm, ref.known, ref.suggestion) == ("claude-opus-4-66:high", False, "claude-opus-4-6")


def test_a_word_like_nothing_has_no_suggestion() -> None:
    assert BUILTIN.resolve("zzzzzzzz").suggestion is None


def test_an_empty_word_is_not_refused() -> None:
    ref = BUILTIN.resolve(" ")
    assert (ref.arm, ref.known) == ("unnamed", False)


def test_the_hosts_aliases_go_before_the_catalogues() -> None:
    assert BUILTIN.resolve("sonnet").model == "claude-sonnet-5-5"
    assert BUILTIN.resolve("sonnet", ALIASES).model == "claude-sonnet-4-6"
    assert BUILTIN.resolve("Sonnet[1m]:low", ALIASES).arm == "claude-sonnet-4-6:low"
    assert BUILTIN.resolve("mine", ALIASES).arm == "kimi-k2.5"


def test_a_suggestion_may_come_from_the_hosts_aliases() -> None:
    assert BUILTIN.resolve("mime", ALIASES).suggestion == "kimi-k2.5"


@given(words)
def test_resolving_never_raises_and_says_what_it_was_given(word: str) -> None:
    ref = BUILTIN.resolve(word, ALIASES)
    assert ref.word == word
    assert ref.arm == (f"{ref.model}:{ref.effort}" if ref.effort else ref.model)
    assert 0 < len(ref.arm) <= 200
    assert ref.known or ref.suggestion is None or ref.suggestion in {*BUILTIN.models, *ALIASES.values()}
    ref.arm.encode("utf-8")


@given(words)
def test_resolving_an_arm_gives_that_arm(word: str) -> None:
    once = BUILTIN.resolve(word)
    again = BUILTIN.resolve(once.arm)
    assert (again.arm, again.model, again.effort, again.known) == (once.arm, once.model, once.effort, once.known)


@given(st.sampled_from(sorted(BUILTIN.models)), st.sampled_from(sorted(EFFORTS)))
def test_every_id_is_its_own_name_at_every_effort(model: str, effort: str) -> None:
    ref = BUILTIN.resolve(f"{model.upper()}:{effort}")
    assert (ref.arm, ref.model, ref.effort, ref.known) == (f"{model}:{effort}", model, effort, True)


def test_a_huge_word_is_cut() -> None:
    assert len(BUILTIN.resolve("x" * 10_000_000).arm) == 200
