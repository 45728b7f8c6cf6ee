"""Arguments are checked by name and value, and the refusal says what to do."""

import math
from typing import Any

import pytest

from acrouter_mcp import schema
from acrouter_mcp.errors import UserError
from acrouter_mcp.loop.arguments import ChooseArguments, RecallArguments, RecordArguments, VerifyArguments


def refusal(model: Any, arguments: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        schema.parse(model, arguments)
    return str(caught.value)


def test_null_is_the_same_as_absent() -> None:
    given = {"task": "t", "candidates": None, "dimension": None, "max_cost_usd": None}
    assert schema.parse(ChooseArguments, given) == schema.parse(ChooseArguments, {"task": "t"})


def test_an_unknown_argument_is_refused_by_name() -> None:
    words = refusal(ChooseArguments, {"task": "t", "langauge": "go"})
    assert "'langauge'" in words
    assert "did you mean 'language'?" in words


def test_a_missing_argument_is_named() -> None:
    assert refusal(RecordArguments, {}) == "quality: required, but missing"


def test_a_near_miss_of_a_word_is_suggested() -> None:
    assert "did you mean 'bug_fixing'?" in refusal(ChooseArguments, {"task": "t", "dimension": "bugfixing"})


@pytest.mark.parametrize("quality", [-0.1, 1.1, math.nan, math.inf, -math.inf, "high", [1], {"a": 1}])
def test_a_quality_out_of_its_range_is_refused_with_its_value(quality: object) -> None:
    words = refusal(RecordArguments, {"quality": quality})
    assert words.startswith("quality: ")
    assert repr(quality)[:10] in words


@pytest.mark.parametrize("source", ["verifier", "host", "me"])
def test_only_sources_from_outside_are_taken(source: str) -> None:
    assert f"got '{source}'" in refusal(RecordArguments, {"quality": 1, "source": source})


@pytest.mark.parametrize(
    ("model", "arguments"),
    [
        (ChooseArguments, {"task": 5}),
        (ChooseArguments, {"task": "t", "candidates": "opus"}),
        (ChooseArguments, {"task": "t", "candidates": [1]}),
        (ChooseArguments, {"task": "t", "context_tokens": -1}),
        (ChooseArguments, {"task": "t", "context_tokens": 10**30}),
        (ChooseArguments, {"task": "t", "max_cost_usd": math.inf}),
        (VerifyArguments, {"files": {"a.py": 1}}),
        (VerifyArguments, {"solution": "x", "timeout_s": 0}),
        (VerifyArguments, {"solution": "x", "timeout_s": 901}),
        (VerifyArguments, {"workspace": ".", "command": []}),
        (RecallArguments, {"task": "t", "limit": 21}),
        (RecallArguments, {"task": "t", "min_similarity": 2}),
    ],
)
def test_wrong_types_and_ranges_are_refused(model: Any, arguments: dict[str, Any]) -> None:
    assert "got " in refusal(model, arguments)


def test_a_huge_value_is_not_repeated_in_full() -> None:
    assert len(refusal(RecordArguments, {"quality": "x" * 1_000_000})) < 400


def test_what_hosts_stringify_is_taken() -> None:
    assert schema.parse(RecordArguments, {"quality": "0.5", "input_tokens": "7"}).quality == 0.5
