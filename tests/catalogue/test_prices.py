import datetime
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrouter_mcp.catalogue import Catalogue, Price
from acrouter_mcp.catalogue.prices import listed_price
from acrouter_mcp.types import Dimension

Load = Callable[[str], Catalogue]
DAY = datetime.date(2026, 11, 24)


def test_the_catalogues_price_goes_first(builtin: Catalogue) -> None:
    price = builtin.price("anthropic/claude-sonnet-5-5:high")
    assert price is not None
    assert (price.input, price.output, price.cache_read, price.cache_write) == (2, 10, 0.1, 2.5)


def test_a_model_that_the_catalogue_lacks_has_the_listed_price(builtin: Catalogue) -> None:
    price = builtin.price("openai/gpt-4o-2024-08-06")
    assert price is not None
    assert (price.input, price.output) == (2.5, 10)
    assert price.source.startswith("genai-prices ")


def test_a_users_model_without_a_price_has_its_vendors(load: Load) -> None:
    price = load('[models."claude-opus-4-7"]\nvendor = "anthropic"\n').price("claude-opus-4-7")
    assert price is not None
    assert (price.input, price.output) == (5, 25)


@pytest.mark.parametrize("word", ["never-heard-of", "acme/rocket", "qwen3:8b", "", "a" * 300, "\udc80\x00", "claude"])
def test_what_nobody_lists_has_no_price(builtin: Catalogue, word: str) -> None:
    assert builtin.price(word) is None


def test_an_entry_of_0_is_no_price() -> None:
    assert listed_price("z-ai/glm-4.5-air:free", None, DAY) is None


def test_a_tiered_price_is_its_lowest_tiers() -> None:
    price = listed_price("gpt-6-sol", "openai", DAY)
    assert price is not None
    assert (price.input, price.output, price.cache_read, price.cache_write) == (2, 10, 0.2, 2.5)


def test_a_price_by_the_hour_is_one_price_a_day() -> None:
    price = listed_price("deepseek-v4-pro", "deepseek", DAY)
    assert price is not None
    assert (price.input, price.output) == (0.66, 1.98)


def test_a_vendor_without_a_list_is_found_under_its_sellers() -> None:
    price = listed_price("qwen3-max", "alibaba", DAY)
    assert price is not None
    assert (price.input, price.output) == (1.2, 6)


@settings(max_examples=30)
@given(st.text(max_size=40), st.sampled_from([None, "anthropic", "alibaba", "nobody"]))
def test_looking_up_a_price_never_raises_and_never_finds_0(model: str, vendor: str | None) -> None:
    price = listed_price(model, vendor, DAY)
    assert price is None or (price.input > 0 and price.output > 0)


def test_no_price_is_looked_up_over_the_network(builtin: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    listed_price.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert builtin.price("gpt-4o") is not None
    assert builtin.price("gpt-4o-but-not-quite") is None


def test_loading_the_catalogue_imports_no_price_list() -> None:
    program = (
        "import sys; from acrouter_mcp.catalogue import Catalogue; c = Catalogue.load(None); c.price('gpt-5.4'); "
        "sys.exit(int('genai_prices' in sys.modules or 'tomlkit' in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_cost_is_tokens_times_list_price() -> None:
    price = Price(input=3, output=15, cache_read=0.3)
    assert Catalogue.expected_cost(price, 200_000, 4_000) == pytest.approx(0.66)
    assert Catalogue.expected_cost(price, 0, 0) == 0


def test_the_cost_at_an_unknown_price_is_unknown() -> None:
    assert Catalogue.expected_cost(None, 1000, 1000) is None


def test_a_price_of_0_that_a_user_wrote_is_believed(load: Load) -> None:
    catalogue = load("[models.mine]\nprice = { input = 0, output = 0 }\n")
    assert catalogue.expected_cost(catalogue.price("mine"), 1000, 1000) == 0


@pytest.mark.parametrize("dimension", list(Dimension))
def test_every_dimension_has_expected_tokens(builtin: Catalogue, dimension: Dimension) -> None:
    tokens_in, tokens_out = builtin.expected_tokens(dimension)
    assert 100 < tokens_in < 1_000_000
    assert 100 < tokens_out < 100_000
    agentic = builtin.expected_tokens(Dimension.AGENTIC_PROGRAMMING)
    assert tokens_in <= agentic[0]
