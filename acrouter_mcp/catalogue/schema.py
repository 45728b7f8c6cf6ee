"""The form of a catalogue file, checked by pydantic: the package's own and the user's are read by the same rules."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from acrouter_mcp.errors import UserError
from acrouter_mcp.types import Dimension

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"]

PUBLISHED_SD = 0.06
"""Spread of a model's true mean around a published one, tuned by replay on CodeRouterBench's open part."""

OWN_PRICE = "the user's file"
"""Source of a price that somebody wrote by hand, and that nothing but a hand changes."""

Figure01 = Annotated[float, Field(ge=0, le=1)]
Usd = Annotated[float, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Price(_Record):
    """List price in USD per million tokens; None where a price of cached input isn't known."""

    input: Usd
    output: Usd
    cache_read: Usd | None = None
    cache_write: Usd | None = None
    source: str = OWN_PRICE
    date: datetime.date | None = None
    """When the source said so."""


class Figure(_Record):
    """One prior: a mean quality in [0, 1] and its standard deviation."""

    mean: Figure01
    sd: Annotated[float, Field(gt=0, le=0.5)] = PUBLISHED_SD
    origin: Literal["published", "user", "wide"] = "published"


def _as_figure(value: object) -> object:
    return {"mean": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


class ModelEntry(_Record):
    """What a file says of one model; every key may be left out. models.toml explains each."""

    vendor: str | None = None
    tier: Literal["premium", "high", "mid", "low"] | None = None
    aliases: tuple[str, ...] = ()
    price: Price | None = None
    context_tokens: Annotated[int, Field(gt=0)] | None = None
    prior: Mapping[Dimension, Annotated[Figure, BeforeValidator(_as_figure)]] = {}
    like: str | None = None
    generations: Annotated[int, Field(ge=0, le=20)] = 1
    smaller: Annotated[int, Field(ge=0, le=10)] = 0
    enabled: bool = True
    efforts: tuple[Effort, ...] = ()
    default_effort: Effort | None = None


class ModelsFile(_Record):
    """A catalogue file: `[models."<id>"]` tables."""

    models: Mapping[Annotated[str, Field(min_length=1, max_length=200)], ModelEntry] = {}


class TokensFile(_Record):
    """Expected tokens of one task by dimension: (input, output)."""

    tokens: Mapping[Dimension, tuple[Usd, Usd]]


def read_models(text: str, path: Path) -> Mapping[str, ModelEntry]:
    """Parse a catalogue file; `path` is only named in errors.

    Raises:
        UserError: not TOML, or not of this form; says the file, the line or the key, the value, and what to do.
    """
    try:
        return ModelsFile.model_validate(tomllib.loads(text)).models
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
        raise UserError(
            f"{path}: not valid TOML at {where[1] if where else 'an unknown place'}; mend it, or move the file away "
            "to go on with the built-in catalogue"
        ) from error
    except ValidationError as error:
        problems = "; ".join(_problem(path, item["loc"], item["msg"], item["input"]) for item in error.errors()[:3])
        raise UserError(problems) from error


def _problem(path: Path, keys: tuple[int | str, ...], message: str, value: Any) -> str:
    shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "..."
    dotted = ".".join(f'"{key}"' if isinstance(key, str) and "." in key else str(key) for key in keys)
    if message.startswith("Extra inputs"):
        hint = ' (an id with a dot is quoted: [models."gpt-5.4"])' if isinstance(value, dict) else ""
        return f"{path}: {dotted}: no such key{hint}; remove it or correct its spelling"
    return f"{path}: {dotted} is {shown}: {message[0].lower()}{message[1:]}"
