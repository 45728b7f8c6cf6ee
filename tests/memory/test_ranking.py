"""The rules by which one outcome stands above another."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.memory.ranking import RANK, repeats, standing, status, try_of
from acrouter_mcp.memory.records import Outcome

SOURCES = ("user", "ci", "verifier", "host", "agent")


def heard(source: str = "agent", quality: float = 1.0, **values: object) -> Outcome:
    return Outcome(**{"source": source, "quality": quality, "arm": "a", "weight": 0.5, "prior_mean": 0.5, **values})


outcomes = st.lists(
    st.builds(
        heard,
        source=st.sampled_from(SOURCES),
        quality=st.sampled_from([0.0, 0.3, 1.0]),
        arm=st.sampled_from("ab"),
        solution_digest=st.sampled_from([None, "x", "y", "z"]),
        cost_usd=st.sampled_from([None, 0.1, 0.2]),
    ),
    min_size=1,
    max_size=10,
)


@pytest.mark.parametrize(("better", "worse"), [*itertools.combinations(SOURCES, 2)])
def test_a_better_source_stands_whichever_came_first(better: str, worse: str) -> None:
    good, bad = heard(better, 1.0), heard(worse, 0.0)
    assert standing([good, bad]).learned is good
    assert standing([bad, good]).learned is good


@pytest.mark.parametrize("source", SOURCES)
def test_the_latest_stands_within_one_source(source: str) -> None:
    first, second = heard(source, 1.0), heard(source, 0.0)
    assert standing([first, second]).learned is second


def test_only_the_first_try_is_learned_and_the_last_is_final() -> None:
    tries = [
        heard("verifier", quality, solution_digest=digest) for quality, digest in ((0.0, "x"), (0.5, "y"), (1.0, "z"))
    ]
    stands = standing(tries)
    assert (stands.learned, stands.final, stands.attempts) == (tries[0], tries[2], 3)


def test_verifying_the_first_try_again_revises_it() -> None:
    flaky, later = heard("verifier", 0.0, solution_digest="x"), heard("verifier", 1.0, solution_digest="y")
    again = heard("verifier", 0.9, solution_digest="x")
    stands = standing([flaky, later, again])
    assert (stands.learned, stands.final, stands.attempts) == (again, later, 2)


def test_a_worse_sources_first_try_doesnt_hide_behind_a_later_one() -> None:
    ran = heard("host", 0.0, solution_digest="x")
    verified = heard("verifier", 1.0, solution_digest="y")
    assert standing([ran, verified]).learned is ran


def test_what_the_user_said_of_the_first_try_isnt_said_of_the_second() -> None:
    first = heard("verifier", 1.0, solution_digest="x")
    user = heard("user", 0.1)
    second = heard("verifier", 0.9, solution_digest="y")
    stands = standing([first, user, second])
    assert (stands.learned, stands.final) == (user, second)


def test_an_agents_digest_makes_no_try() -> None:
    told = heard("agent", solution_digest="x")
    assert try_of(told) is None
    assert standing([told, heard("agent", solution_digest="y")]).attempts == 1


def test_the_cost_is_kept_when_a_better_source_doesnt_know_it() -> None:
    agent = heard("agent", cost_usd=0.02, input_tokens=100)
    verifier = heard("verifier", output_tokens=7)
    stands = standing([agent, verifier])
    assert (stands.cost_usd, stands.input_tokens, stands.output_tokens) == (0.02, 100, 7)


def test_the_cost_of_another_arm_is_not_taken_over() -> None:
    assert standing([heard("agent", cost_usd=0.02), heard("user", arm="b")]).cost_usd is None


def test_the_same_words_again() -> None:
    said = [heard("agent", 0.5, note="so so", created=1.0)]
    assert repeats(said, heard("agent", 0.5, note="so so", created=2.0, verification_id="v"))
    for other in ({"note": None}, {"quality": 0.4}, {"arm": "b"}, {"cost_usd": 0.1}, {"source": "user"}):
        assert not repeats(said, heard(**{"source": "agent", "quality": 0.5, "note": "so so", **other}))


def test_words_taken_back_and_said_again_are_new() -> None:
    assert not repeats([heard("user", 1.0), heard("user", 0.0)], heard("user", 1.0))


@given(outcomes)
def test_the_rules_hold_for_anything_heard(heard_so_far: list[Outcome]) -> None:
    stands = standing(heard_so_far)
    tries = [digest for digest in map(try_of, heard_so_far) if digest is not None]
    learnable = [one for one in heard_so_far if try_of(one) in (None, *tries[:1])]
    assert RANK[stands.learned.source] == min(RANK[one.source] for one in learnable)
    same_source = [one for one in learnable if one.source == stands.learned.source]
    assert stands.learned is same_source[-1]
    assert stands.attempts == max(1, len(set(tries)))


@given(outcomes)
def test_the_status_says_whether_the_last_word_stands(heard_so_far: list[Outcome]) -> None:
    stands, new = standing(heard_so_far), heard_so_far[-1]
    word = status(stands, new, first=len(heard_so_far) == 1)
    stands_now = new is stands.learned or new is stands.final
    assert word == ("closed" if len(heard_so_far) == 1 else "revised" if stands_now else "superseded")
