"""Decisions by policy, driven through the router: without lessons, a candidate's quality is its prior's mean."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.routing import Router, RoutingRequest, RoutingResult, switch_cost
from acrouter_mcp.types import Candidate, Dimension, Estimate, PolicyName, Prior


def candidate(arm: str, quality: float, cost: float | None) -> Candidate:
    prior = Prior(mean=quality, sd=0.06, origin="published")
    return Candidate(arm=arm, word=arm, prior=prior, cost_usd=cost)


def request(candidates: list[Candidate], policy: PolicyName = "thrifty", **extra: Any) -> RoutingRequest:
    plain = RoutingRequest(
        dimension=Dimension.ALGORITHM,
        language="python",
        kind="stub/python",
        candidates=tuple(candidates),
        policy=policy,
    )
    return replace(plain, **extra)


def ask(candidates: list[Candidate], policy: PolicyName = "thrifty", **extra: Any) -> RoutingResult:
    return Router().choose(request(candidates, policy, **extra))


def chosen(candidates: list[Candidate], policy: PolicyName = "thrifty", **extra: Any) -> str:
    return ask(candidates, policy, **extra).choice.chosen.candidate.arm


def estimates(result: RoutingResult) -> list[Estimate]:
    return [result.choice.chosen, *result.choice.others]


offers = st.lists(
    st.tuples(
        st.floats(0, 1), st.none() | st.floats(0, 10) | st.just(math.nan) | st.just(math.inf), st.sampled_from("abcdef")
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one[2],
).map(lambda rows: [candidate(arm, quality, cost) for quality, cost, arm in rows])
policies = st.sampled_from(["thrifty", "balanced", "best"])


def ranked_cost(one: Candidate, among: list[Candidate]) -> float:
    known = [other.cost_usd for other in among if other.cost_usd is not None and math.isfinite(other.cost_usd)]
    cost = one.cost_usd
    return cost if cost is not None and math.isfinite(cost) else max(known, default=0.0)


def test_thrifty_takes_the_cheapest_within_delta() -> None:
    offered = [candidate("dear", 0.80, 1.0), candidate("fair", 0.785, 0.1), candidate("weak", 0.7, 0.01)]
    assert chosen(offered) == "fair"
    assert chosen(offered, delta=0.2) == "weak"
    assert chosen(offered, delta=0.0) == "dear"


def test_best_ignores_cost() -> None:
    assert chosen([candidate("dear", 0.80, 100.0), candidate("fair", 0.79, 0.1)], "best") == "dear"


def test_balanced_weighs_quality_against_cost() -> None:
    offered = [candidate("dear", 0.80, 1.0), candidate("cheap", 0.75, 0.1)]
    assert chosen(offered, "balanced") == "cheap"
    assert chosen(offered, "balanced", cost_weight=0.01) == "dear"


def test_an_unknown_cost_ranks_as_the_dearest_known_one() -> None:
    offered = [candidate("known", 0.79, 0.5), candidate("stranger", 0.80, None), candidate("weak", 0.2, 2.0)]
    assert chosen(offered) == "known"
    assert chosen(offered, "balanced") == "known"


def test_a_near_exact_tie_goes_to_the_incumbent_then_to_the_cheaper() -> None:
    offered = [candidate("dear", 0.8001, 1.0), candidate("cheap", 0.8, 0.9)]
    for policy in ("best", "balanced"):
        kept = [replace(one, cost_usd=1.0) for one in offered]
        assert chosen(kept, policy, incumbent="cheap") == "cheap"
    assert chosen(offered, "best") == "cheap"
    assert chosen(offered, "best", incumbent="dear") == "dear"


def test_thrifty_keeps_the_incumbent_unless_another_is_cheaper_in_total() -> None:
    offered = [candidate("new", 0.81, 0.5), candidate("old", 0.80, 0.5)]
    assert chosen(offered, incumbent="old") == "old"
    assert chosen([candidate("new", 0.81, 0.4), offered[1]], incumbent="old") == "new"
    assert chosen([candidate("new", 0.85, 0.9), offered[1]], incumbent="old") == "new"


def test_a_switch_must_earn_back_the_lost_prompt_cache() -> None:
    def offered(context_tokens: int) -> list[Candidate]:
        lost = switch_cost(1.0, 0.1, context_tokens, is_incumbent=False) or 0.0
        kept = switch_cost(3.0, 0.3, context_tokens, is_incumbent=True) or 0.0
        return [candidate("new", 0.81, 0.05 + lost), candidate("old", 0.80, 0.15 + kept)]

    for policy in ("thrifty", "balanced"):
        assert chosen(offered(0), policy, incumbent="old") == "new"
        assert chosen(offered(500_000), policy, incumbent="old") == "old"


def test_no_candidate_above_the_cap_is_chosen_when_one_meets_it() -> None:
    offered = [candidate("dear", 0.9, 1.0), candidate("cheap", 0.4, 0.1), candidate("stranger", 0.95, None)]
    for policy in ("thrifty", "balanced", "best"):
        result = ask(offered, policy, max_cost_usd=0.5, epsilon=1.0, delta=1.0)
        assert result.choice.chosen.candidate.arm == "cheap"
        assert not result.cap_unmet
        assert result.choice.chosen.p_best == 1.0


def test_a_cap_that_nobody_meets_gives_the_cheapest_and_says_so() -> None:
    offered = [candidate("dear", 0.9, 1.0), candidate("cheap", 0.4, 0.1), candidate("stranger", 0.95, None)]
    for cap in (0.01, -1.0, math.nan):
        result = ask(offered, "best", max_cost_usd=cap)
        assert result.choice.chosen.candidate.arm == "cheap"
        assert result.cap_unmet


def test_a_used_up_budget_gives_the_cheapest_adequate_one_without_exploring() -> None:
    offered = [candidate("dear", 0.9, 1.0), candidate("fair", 0.82, 0.1), candidate("weak", 0.4, 0.01)]
    for policy in ("thrifty", "balanced", "best"):
        result = ask(offered, policy, cheapest_only=True, epsilon=1.0)
        assert result.choice.chosen.candidate.arm == "fair"
        assert result.choice.chosen.propensity == 1.0


def test_what_failed_is_not_chosen_again_before_all_had_their_try() -> None:
    offered = [candidate("a", 0.9, 0.1), candidate("b", 0.8, 0.1), candidate("c", 0.7, 0.1)]
    result = ask(offered, "best", excluded=frozenset("a"), epsilon=1.0, delta=1.0)
    assert result.choice.chosen.candidate.arm != "a"
    assert not result.exhausted
    assert ask(offered, "best", excluded=frozenset("ab")).choice.chosen.candidate.arm == "c"
    again = ask(offered, "best", excluded=frozenset("abc"))
    assert again.exhausted
    assert again.choice.chosen.candidate.arm == "a"


@given(offers, st.floats(0, 1))
def test_thrifty_never_takes_a_dearer_one_than_another_within_delta(offered: list[Candidate], delta: float) -> None:
    result = ask(offered, delta=delta)
    best = max(one.mean for one in estimates(result))
    taken = result.choice.chosen
    assert taken.mean >= best - delta - 1e-9
    for other in offered:
        if ranked_cost(other, offered) < ranked_cost(taken.candidate, offered):
            assert other.prior.mean < best - delta + 1e-9


@given(offers, st.floats(0, 1), st.floats(0, 1))
def test_thrifty_never_costs_more_for_a_larger_delta(offered: list[Candidate], one: float, other: float) -> None:
    tight, loose = (ask(offered, delta=delta).choice.chosen for delta in sorted((one, other)))
    assert ranked_cost(loose.candidate, offered) <= ranked_cost(tight.candidate, offered)


@given(offers, st.floats(0, 5))
def test_balanced_takes_the_highest_utility(offered: list[Candidate], weight: float) -> None:
    taken = ask(offered, "balanced", cost_weight=weight).choice.chosen.candidate
    utilities = {one.arm: one.prior.mean - weight * ranked_cost(one, offered) for one in offered}
    assert utilities[taken.arm] >= max(utilities.values()) - 0.001 - 1e-9


@given(offers)
def test_best_takes_the_highest_quality(offered: list[Candidate]) -> None:
    assert ask(offered, "best").choice.chosen.mean >= max(one.prior.mean for one in offered) - 0.001 - 1e-9


@given(
    offers,
    policies,
    st.floats(0, 1),
    st.floats(0, 0.5),
    st.none() | st.floats(0, 5),
    st.frozensets(st.sampled_from("abcdef")),
)
def test_propensities_and_confidences_sum_to_one(
    offered: list[Candidate],
    policy: PolicyName,
    epsilon: float,
    delta: float,
    cap: float | None,
    excluded: frozenset[str],
) -> None:
    result = ask(offered, policy, epsilon=epsilon, delta=delta, max_cost_usd=cap, excluded=excluded)
    found = estimates(result)
    assert sum(one.propensity for one in found) == pytest.approx(1.0)
    assert sum(one.p_best for one in found) == pytest.approx(1.0)
    assert result.choice.chosen.propensity > 0
    for one in found:
        assert 0 <= one.low <= one.mean <= one.high <= 1
        assert all(0 <= vote <= 1 for vote in one.votes.values())


@given(offers, policies, st.integers(0, 5))
def test_the_order_of_the_candidates_does_not_matter(offered: list[Candidate], policy: PolicyName, turn: int) -> None:
    turned = offered[turn % len(offered) :] + offered[: turn % len(offered)]
    assert ask(offered, policy) == ask(turned, policy)


def test_a_request_without_candidates_is_refused() -> None:
    with pytest.raises(ValueError, match="candidate"):
        request([])


def test_an_arm_that_is_offered_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        request([candidate("a", 0.5, 1.0), candidate("a", 0.6, 1.0)])
