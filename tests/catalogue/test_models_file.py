"""The package's own data: what it claims to be, it is."""

import datetime
import math
from statistics import fmean, pstdev

import pytest

from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.catalogue.check import check
from acrouter_mcp.types import Dimension

PUBLISHED = {  # USD per million tokens, in and out
    "claude-opus-4-6": (5, 25),
    "claude-sonnet-4-6": (3, 15),
    "gpt-5.4": (2.5, 15),
    "qwen3-max": (1.2, 6),
    "glm-5": (0.88, 3.22),
    "kimi-k2.5": (0.6, 3.07),
    "qwen3.5-plus": (0.4, 2.4),
    "minimax-m2.7": (0.3, 1.2),
}
PUBLISHED_AGENTIC = {"gpt-5.4": 0.75, "claude-opus-4-6": 0.5714, "kimi-k2.5": 0.1875, "qwen3.5-plus": 0.0268}
SINGLE_TURN = [dimension for dimension in Dimension if dimension is not Dimension.AGENTIC_PROGRAMMING]


def test_nothing_is_wrong_with_it(builtin: Catalogue) -> None:
    assert check(builtin, datetime.date(2026, 11, 24)) == ()


def test_the_eight_have_the_papers_prices(builtin: Catalogue) -> None:
    prices = {name: builtin.price(name) for name in PUBLISHED}
    assert {name: (price.input, price.output) for name, price in prices.items() if price} == PUBLISHED


@pytest.mark.parametrize(
    ("model", "dimension", "mean"),
    [
        ("claude-opus-4-6", Dimension.CODE_COMPLETION, 0.860),
        ("glm-5", Dimension.ALGORITHM, 0.472),
        ("qwen3-max", Dimension.TEST_GENERATION, 0.827),
        ("gpt-5.4", Dimension.CODE_REFACTORING, 0.644),
        ("kimi-k2.5", Dimension.DATA_SCIENCE, 0.184),
        ("minimax-m2.7", Dimension.CODE_UNDERSTANDING, 0.184),
        ("claude-sonnet-4-6", Dimension.MULTI_LANGUAGE, 0.407),
        ("qwen3.5-plus", Dimension.CODE_GENERATION, 0.282),
    ],
)
def test_the_published_table_is_copied_right(builtin: Catalogue, model: str, dimension: Dimension, mean: float) -> None:
    prior = builtin.prior(model, dimension)
    assert (prior.mean, prior.sd, prior.origin) == (mean, 0.06, "published")


def test_table_means_are_those_of_the_paper(builtin: Catalogue) -> None:
    """A slip in any single figure would move one of these sums."""
    means = {name: fmean(builtin.prior(name, at).mean for at in SINGLE_TURN) for name in PUBLISHED}
    assert {name: round(9 * mean, 3) for name, mean in means.items()} == {
        "claude-opus-4-6": 3.888,
        "claude-sonnet-4-6": 3.647,
        "gpt-5.4": 3.712,
        "glm-5": 3.758,
        "qwen3-max": 3.570,
        "qwen3.5-plus": 3.511,
        "kimi-k2.5": 3.333,
        "minimax-m2.7": 3.160,
    }


def test_agentic_figures_are_published_or_follow_from_the_published_ones(builtin: Catalogue) -> None:
    """models.toml says how the other four are reckoned; this does it again."""
    agentic = {name: builtin.prior(name, Dimension.AGENTIC_PROGRAMMING) for name in PUBLISHED}
    for name, mean in PUBLISHED_AGENTIC.items():
        assert (agentic[name].mean, agentic[name].origin) == (mean, "published")
    table = _z({name: fmean(builtin.prior(name, at).mean for at in SINGLE_TURN) for name in PUBLISHED})
    price = _z({name: math.log(output) for name, (_, output) in PUBLISHED.items()})
    standing = {name: (table[name] + price[name]) / 2 for name in PUBLISHED}
    x, y = zip(*((standing[name], mean) for name, mean in PUBLISHED_AGENTIC.items()), strict=True)
    slope = sum((a - fmean(x)) * (b - fmean(y)) for a, b in zip(x, y, strict=True)) / sum(
        (a - fmean(x)) ** 2 for a in x
    )
    for name in PUBLISHED.keys() - PUBLISHED_AGENTIC.keys():
        reckoned = max(fmean(y) + slope * (standing[name] - fmean(x)), 0.05)
        assert agentic[name].mean == pytest.approx(reckoned, abs=0.006)
        assert (agentic[name].origin, agentic[name].sd) == ("wide", 0.2)


def _z(figures: dict[str, float]) -> dict[str, float]:
    mean, sd = fmean(figures.values()), pstdev(figures.values())
    return {name: (figure - mean) / sd for name, figure in figures.items()}


def test_every_other_model_inherits_from_one_of_the_eight(builtin: Catalogue) -> None:
    for name in builtin.models.keys() - PUBLISHED.keys():
        prior = builtin.prior(name, Dimension.BUG_FIXING)
        assert (prior.origin, prior.like in PUBLISHED) == ("like", True), name


def test_every_price_has_a_source_and_a_date(builtin: Catalogue) -> None:
    for name, entry in builtin.models.items():
        assert entry.price is not None, name
        assert entry.price.date is not None, name
        assert entry.price.source.startswith(("arXiv", "genai-prices")), name
        assert 0 < entry.price.input < entry.price.output, name
        assert (entry.price.cache_read or 0) < entry.price.input, name


def test_a_usual_effort_is_one_that_is_offered(builtin: Catalogue) -> None:
    for name, entry in builtin.models.items():
        assert entry.default_effort is None or entry.default_effort in entry.efforts, name
