"""Laws of the off-policy estimators, by going through every way in which the logging policy's chance could fall."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrouter_mcp.bench.stream import Floats
from acrouter_mcp.bench.worth import estimators

ARMS = 3
shares = st.floats(0.05, 1.0)
qualities = st.floats(0.0, 1.0)


@dataclass(frozen=True)
class World:
    """Some tasks: every arm's outcome, the logging policy's probabilities, and which arm the other policy takes."""

    outcome: Floats
    logged: Floats
    wanted: Floats

    @property
    def truth(self) -> float:
        return float((self.wanted * self.outcome).sum(axis=1).mean())

    def ways(self) -> list[tuple[float, Floats, Floats, Floats, Floats]]:
        """Return each way's probability, what was heard, its weights, its propensities and the arms."""
        count = len(self.outcome)
        at = np.arange(count)
        found = []
        for arms in itertools.product(range(ARMS), repeat=count):
            taken = np.array(arms)
            propensity = self.logged[at, taken]
            weight = self.wanted[at, taken] / propensity
            found.append((float(propensity.prod()), self.outcome[at, taken], weight, propensity, taken))
        return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 3))
    outcome = np.array(
        draw(st.lists(st.lists(qualities, min_size=ARMS, max_size=ARMS), min_size=count, max_size=count))
    )
    raw = np.array(draw(st.lists(st.lists(shares, min_size=ARMS, max_size=ARMS), min_size=count, max_size=count)))
    arms = draw(st.lists(st.integers(0, ARMS - 1), min_size=count, max_size=count))
    return World(outcome, raw / raw.sum(axis=1, keepdims=True), np.eye(ARMS)[arms])


@settings(max_examples=25)
@given(worlds())
def test_ips_is_right_on_average(world: World) -> None:
    mean = sum(p * estimators.ips(heard, weight).mean() for p, heard, weight, *_ in world.ways())
    assert mean == pytest.approx(world.truth)


@settings(max_examples=25)
@given(worlds(), st.lists(qualities, min_size=ARMS, max_size=ARMS))
def test_doubly_robust_is_right_on_average_whatever_the_model_says(world: World, model: list[float]) -> None:
    of_policy = world.wanted @ np.array(model)
    mean = sum(
        p * estimators.doubly_robust(heard, weight, np.array(model)[taken], of_policy).mean()
        for p, heard, weight, _, taken in world.ways()
    )
    assert mean == pytest.approx(world.truth)


@settings(max_examples=25)
@given(worlds())
def test_doubly_robust_is_exact_when_the_model_is(world: World) -> None:
    of_policy = (world.wanted * world.outcome).sum(axis=1)
    for _, heard, weight, propensity, _ in world.ways():
        terms = estimators.doubly_robust(heard, weight, heard, of_policy)
        found = estimators.mean_of(terms, heard - heard, weight, propensity)
        assert found.value == pytest.approx(world.truth)
        assert found.error == 0


@settings(max_examples=25)
@given(worlds())
def test_the_variance_is_right_on_average(world: World) -> None:
    ways = [
        (p, estimators.mean_of(estimators.ips(heard, weight), heard, weight, propensity))
        for p, heard, weight, propensity, _ in world.ways()
    ]
    true = sum(p * (found.value - world.truth) ** 2 for p, found in ways)
    assert sum(p * found.error**2 for p, found in ways) == pytest.approx(true, abs=1e-12)


@settings(max_examples=25)
@given(worlds(), st.floats(-5, 5))
def test_snips_moves_with_a_constant_that_is_added(world: World, constant: float) -> None:
    for _, heard, weight, *_ in world.ways():
        before, after = (estimators.snips(heard + shift, weight) for shift in (0.0, constant))
        if weight.any():
            assert after.mean() == pytest.approx(before.mean() + constant, abs=1e-9)
            assert before.mean() == pytest.approx(weight @ heard / weight.sum())
        else:
            assert np.isnan(before).all()


@given(st.lists(st.floats(0, 100), max_size=30), st.floats(0.1, 10))
def test_no_more_outcomes_are_effective_than_there_are(weights: list[float], factor: float) -> None:
    weight = np.array(weights)
    found = estimators.effective_size(weight)
    assert 0 <= found <= len(weight) * (1 + 1e-9)
    assert estimators.effective_size(factor * weight) == pytest.approx(found)
    assert estimators.effective_size(np.full(7, factor)) == pytest.approx(7)


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [(0.975, 3, 3.182), (0.9, 3, 1.638), (0.975, 10, 2.228), (0.9, 30, 1.310), (0.975, 200, 1.972)],
)
def test_quantiles_are_students(probability: float, freedom: float, value: float) -> None:
    assert estimators.student(probability, freedom) == pytest.approx(value, rel=0.02)
