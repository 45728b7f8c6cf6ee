"""What a model's figures taken together, and its price, say of it."""

from collections.abc import Callable

import pytest

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.catalogue.standing import standing
from acrouter_mcp.types import Dimension

AGENTIC = Dimension.AGENTIC_PROGRAMMING
Load = Callable[[str], Catalogue]


def test_a_model_that_is_good_elsewhere_and_dear_is_expected_to_be_good_here(builtin: Catalogue) -> None:
    general = {name: builtin.general(name, AGENTIC) for name in ("claude-opus-4-6", "gpt-5.4", "minimax-m2.7")}
    assert 1 > general["claude-opus-4-6"] > general["gpt-5.4"] > general["minimax-m2.7"] > 0  # type: ignore[operator]


def test_published_agentic_figures_have_no_part_in_it(builtin: Catalogue) -> None:
    without = {
        name: entry.model_copy(update={"prior": {at: row for at, row in entry.prior.items() if at is not AGENTIC}})
        for name, entry in builtin.models.items()
    }
    assert standing(without) == standing(builtin.models)


def test_it_is_told_beside_a_published_row_and_beside_no_other(load: Load) -> None:
    catalogue = load('[models."glm-5".prior]\nalgorithm = 0.9\n')
    assert catalogue.prior("glm-5", Dimension.BUG_FIXING).general is not None
    assert catalogue.prior("glm-5", Dimension.ALGORITHM).general is None
    assert catalogue.prior("never-heard-of", Dimension.ALGORITHM).general is None
    assert catalogue.general("never-heard-of", Dimension.ALGORITHM) is None


def test_an_heir_has_its_ancestors_strength_at_its_own_price(load: Load) -> None:
    text = '[models.{0}]\nlike = "glm-5"\nprice = {{ input = 1, output = {1} }}\n'
    catalogue = load(text.format("dear", 30) + text.format("cheap", 0.5) + text.format("free", 0))
    dear, cheap, free = (catalogue.prior(name, Dimension.BUG_FIXING).general for name in ("dear", "cheap", "free"))
    assert dear is not None
    assert cheap is not None
    assert dear > cheap
    assert free == pytest.approx(standing(catalogue.models).general("glm-5", None, Dimension.BUG_FIXING))


def test_nothing_published_is_nothing_to_say() -> None:
    assert standing({}).general("a", 1.0, AGENTIC) is None
