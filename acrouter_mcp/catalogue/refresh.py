"""Newer prices from genai-prices, written into the user's file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acrouter_mcp.catalogue.catalogue import Catalogue
from acrouter_mcp.catalogue.edit import put_price, rewrite
from acrouter_mcp.catalogue.prices import download_prices, listed_price
from acrouter_mcp.catalogue.schema import OWN_PRICE, Price

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A price that was written; `old` is None where there was none."""

    model: str
    old: Price | None
    new: Price


def refresh(user_file: Path, today: datetime.date, *, download: bool = False) -> tuple[PriceChange, ...]:
    """Write today's list prices of enabled models into the user's file and return what changed.

    Left alone: a price whose figures are the same, one that the user wrote without a source (a contract may say
    otherwise than the list), and a model that genai-prices doesn't know. Offline by default: the prices are those of
    the installed genai-prices; `download` fetches its newest ones first.

    Raises:
        UserError: nothing could be downloaded, or the user's file can't be read or written; no price was changed.
    """
    catalogue = Catalogue.load(user_file)
    if download:
        download_prices()
    changes = tuple(
        PriceChange(model=name, old=entry.price, new=new)
        for name, entry in catalogue.models.items()
        if entry.enabled and (new := listed_price(name, entry.vendor, today)) and _gives_way(entry.price, new)
    )

    def change(document: TOMLDocument) -> None:
        for item in changes:
            put_price(document, item.model, item.new)

    if changes:
        rewrite(user_file, change)
    return changes


def _gives_way(old: Price | None, new: Price) -> bool:
    if old is None:
        return True
    figures = ("input", "output", "cache_read", "cache_write")
    return old.source != OWN_PRICE and any(getattr(old, name) != getattr(new, name) for name in figures)
