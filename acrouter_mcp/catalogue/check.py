"""What is wrong with a catalogue that could still be read."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from acrouter_mcp.catalogue.catalogue import Catalogue
from acrouter_mcp.catalogue.names import EFFORTS
from acrouter_mcp.catalogue.schema import ModelEntry

STALE_AFTER = datetime.timedelta(days=183)
"""Age from which a price is doubted."""


def check(catalogue: Catalogue, today: datetime.date) -> tuple[str, ...]:
    """Return every problem in a sentence that names the model and says what to do; none is an empty tuple."""
    return tuple(
        f"{name}: {problem}"
        for name, entry in catalogue.models.items()
        for problem in (
            *_like(catalogue, name),
            *_aliases(catalogue, name, entry),
            *_price(entry, today),
            *_name(name),
        )
    )


def _like(catalogue: Catalogue, name: str) -> Iterator[str]:
    chain = [name]
    while (word := catalogue.models[chain[-1]].like) is not None:
        ref = catalogue.resolve(word)
        if not ref.known:
            meant = f"; did you mean {ref.suggestion!r}?" if ref.suggestion else ""
            if len(chain) == 1:  # the others say it of themselves
                yield f"`like` names {word!r}, which is not in the catalogue{meant}"
            return
        if ref.model in chain:
            yield f"`like` goes round in a circle ({' > '.join([*chain, ref.model])}); give one of them its own prior"
            return
        chain.append(ref.model)


def _aliases(catalogue: Catalogue, name: str, entry: ModelEntry) -> Iterator[str]:
    for alias in entry.aliases:
        winner = catalogue.resolve(alias).model
        if winner != name and alias not in catalogue.own_aliases.get(winner, ()):
            yield f"alias {alias!r} is taken by {winner}; remove it from one of the two"


def _price(entry: ModelEntry, today: datetime.date) -> Iterator[str]:
    if entry.price is None:
        return
    if not entry.price.input or not entry.price.output:
        yield "a price of 0 is right for a model on your own machine only; for a subscription give the list price"
    if entry.price.date is not None and today - entry.price.date > STALE_AFTER:
        yield f"its price is of {entry.price.date}; `acrouter-mcp models refresh` looks for a newer one"


def _name(name: str) -> Iterator[str]:
    if name.rpartition(":")[2] in EFFORTS:
        yield "an id can't end in an effort: `model:effort` names an arm of the model; name the model without it"
