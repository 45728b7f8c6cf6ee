"""The prior that decisions are made with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.routing.prior import arm_prior
from acrouter_mcp.types import Prior

shares = st.floats(0.02, 0.98)
priors = st.builds(Prior, mean=shares, sd=st.floats(0.01, 0.25), origin=st.just("published"), general=shares)


@given(priors)
def test_it_lies_between_the_row_and_the_general_expectation_and_is_surer_than_the_row(prior: Prior) -> None:
    assert prior.general is not None
    found = arm_prior(prior)
    low, high = sorted((prior.mean, prior.general))
    assert low - 1e-9 <= prior.mean + found.shift <= high + 1e-9
    assert 0 < found.sd < prior.sd


@given(priors)
def test_a_surer_row_is_moved_less(prior: Prior) -> None:
    surer = Prior(mean=prior.mean, sd=prior.sd / 2, origin=prior.origin, general=prior.general)
    assert abs(arm_prior(surer).shift) <= abs(arm_prior(prior).shift) + 1e-12


def test_without_one_the_row_stands() -> None:
    assert arm_prior(Prior(mean=0.3, sd=0.1, origin="user")) == pytest.approx((0.0, 0.1))
