"""Prices that the catalogue lacks, from genai-prices' snapshot on disk; nothing here touches the network."""

from __future__ import annotations

import datetime
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from acrouter_mcp.catalogue.schema import Price
from acrouter_mcp.errors import UserError

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

logger = logging.getLogger(__name__)

_PROVIDERS = {"alibaba": ("openrouter", "qwen/"), "microsoft": ("github-copilot", "")}
"""Vendors that genai-prices lists only under somebody else's name: provider, and prefix of the model's name there."""
_NOON = datetime.time(12, tzinfo=datetime.UTC)
"""Some vendors charge by the time of day: one fixed hour, so that a price doesn't change between two calls."""


@lru_cache(maxsize=1024)
def listed_price(model: str, vendor: str | None, day: datetime.date) -> Price | None:
    """Return the list price of `model` on `day`, below any long-context tier; None if it isn't known.

    `vendor` is the catalogue's; without one the name itself has to say whose it is. A price of 0 is a subscription's
    or a free tier's entry, not a price.
    """
    provider, prefix = _PROVIDERS.get(vendor, (vendor, "")) if vendor else (None, "")
    asked = [(prefix + model, provider)]
    if vendor is None and "/" in model:
        asked = [(model, "openrouter"), (model.rpartition("/")[2], None)]
    for name, seller in asked:
        price = _calculated(name, seller, day)
        if price is not None:
            return price
    return None


def download_prices() -> None:
    """Fetch genai-prices' newest list and use it in this process from now on.

    Raises:
        UserError: it can't be fetched.
    """
    from genai_prices import UpdatePrices
    from genai_prices.data_snapshot import set_custom_snapshot

    try:
        set_custom_snapshot(UpdatePrices().fetch())
    except Exception as error:  # any: network, server and format fail in ways that the library doesn't name
        logger.info("prices not fetched: %s", error)
        raise UserError("prices: nothing could be downloaded; without --download the installed list is used") from error
    listed_price.cache_clear()


def _calculated(model: str, provider: str | None, day: datetime.date) -> Price | None:
    import genai_prices  # lazily: 0.3 s and 39 MB that most servers never need

    when = datetime.datetime.combine(day, _NOON)
    usage = genai_prices.Usage(input_tokens=1, output_tokens=1)
    try:
        found = genai_prices.calc_price(usage, model, provider_id=provider, genai_request_timestamp=when)
    except Exception as error:  # any: an unlisted model has no price, however the library puts it
        logger.debug("no price for %r: %s", model, error)
        return None
    return _price(found.model_price, f"genai-prices {genai_prices.__version__}", day)


def _price(listed: ModelPrice, source: str, day: datetime.date) -> Price | None:
    per_input, per_output = _usd(listed.input_mtok), _usd(listed.output_mtok)
    if not per_input or not per_output:
        return None
    return Price(
        input=per_input,
        output=per_output,
        cache_read=_usd(listed.cache_read_mtok),
        cache_write=_usd(listed.cache_write_mtok),
        source=source,
        date=day,
    )


def _usd(listed: object) -> float | None:
    """Return USD per million tokens; of tiered prices the lowest tier's."""
    if listed is None:
        return None
    return float(str(getattr(listed, "base", listed)))
