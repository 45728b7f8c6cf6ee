import pytest

from acrouter_mcp.routing.switching import switch_cost


def test_another_model_pays_its_input_price_for_the_whole_context() -> None:
    assert switch_cost(3.0, 0.3, 100_000, is_incumbent=False) == pytest.approx(0.3)


def test_the_incumbent_pays_for_reading_its_cache() -> None:
    assert switch_cost(3.0, 0.3, 100_000, is_incumbent=True) == pytest.approx(0.03)


def test_without_a_cache_price_no_discount_is_invented() -> None:
    assert switch_cost(3.0, None, 100_000, is_incumbent=True) == pytest.approx(0.3)


def test_an_unknown_price_stays_unknown() -> None:
    assert switch_cost(None, 0.3, 1, is_incumbent=False) is None
    assert switch_cost(None, None, 1, is_incumbent=True) is None


def test_the_incumbents_cache_price_is_enough_for_it() -> None:
    assert switch_cost(None, 0.3, 1_000_000, is_incumbent=True) == pytest.approx(0.3)


@pytest.mark.parametrize("tokens", [0, -5])
def test_no_context_costs_nothing_even_at_an_unknown_price(tokens: int) -> None:
    assert switch_cost(None, None, tokens, is_incumbent=False) == 0.0
