"""What a router is to the benchmark: two verbs, as in the server. A row of the table is one small class.

Two kinds, kept apart: a `Bandit` gets a task as a server would, answers with a model and its propensity, and is told
the outcome of that model only. An `Informed` row is given the whole stream with every outcome (oracles, hindsight,
cross-validated fits, released decisions) and is labelled so.

To add one: a module with the class, and an entry point in the group `acrouter_mcp.routers` whose name is the row's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from acrouter_mcp.bench.stream import Floats, Stream, Task
from acrouter_mcp.bench.table import Table

Feedback = Literal["bandit", "full", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a router is composed with."""

    stream: str
    """`id` or `ood`; says which priors and stop signals there are, and nothing of the tasks."""
    models: tuple[str, ...]
    table: Table
    """Priors and list prices."""
    length: int
    """Tasks to come."""
    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    argument: str = ""
    """What follows the colon of the row's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that there is: what an informed row is handed."""

    stream: Stream
    single_turn: Stream | None
    """On `ood` the whole `id` stream, for what is trained there and applied here; None if it isn't at hand."""
    rng: np.random.Generator
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """A router's answer."""

    model: str
    propensity: float = 1.0
    """Probability with which this model would have been returned here."""
    propensities: tuple[float, ...] = ()
    """The same for every model, in the setting's order; empty where the router doesn't say."""
    confidence: float | None = None
    """Its own probability that the model is the best for tasks like this."""
    quality: tuple[float, float, float] | None = None
    """Its own mean and 80 % interval of the model's mean quality."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is heard of the model that did the work."""

    model: str
    quality: float
    cost_usd: float
    input_tokens: int
    output_tokens: int


class _Row(ABC):
    """What every row says of itself."""

    title: ClassVar[str]
    """For people."""
    streams: ClassVar[tuple[str, ...]] = ("id", "ood")
    seen_answer: ClassVar[bool] = False
    """It was built from outcomes of the very tasks that it is scored on."""
    needs_vectors: ClassVar[bool] = False
    extra: ClassVar[str | None] = None
    """A module that must be importable; the row is left out otherwise."""
    needs_decisions: ClassVar[str | None] = None
    """A file of released decisions without which there is no row."""
    needs_single_turn: ClassVar[bool] = False
    """On `ood` it is trained on `id`."""
    family: ClassVar[str] = "bandit or fixed"
    """Which group of a chart it belongs to."""
    every_view: ClassVar[bool] = True
    """False: the row appears on the complete stream alone."""
    note: ClassVar[str] = ""
    """What a reader of the table must know of the row."""

    @classmethod
    def arguments(cls, _stream: Stream) -> tuple[str, ...]:
        """Return the arguments with which the row appears in the table; one empty one for a row without."""
        return ("",)

    @classmethod
    def fits(cls, stream: Stream, argument: str) -> bool:
        """Return whether a row with this argument means something on the stream."""
        return argument in cls.arguments(stream)


class Bandit(_Row):
    """A router that sees what a server sees. A fresh one is made for every order."""

    feedback: ClassVar[Feedback] = "bandit"
    seeded: ClassVar[bool] = True
    """Its figures depend on the order or on chance."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    @abstractmethod
    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Return who shall try next; `tried` have failed on this task, in that order."""

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Hear of the outcome of the model that was chosen after `tried` had failed."""

    @property
    def tries(self) -> int:
        """Return how many models may try one task."""
        return 1

    @property
    def warm(self) -> int:
        """Return after how many tasks at the start every other model's outcome is told, too."""
        return 0

    @property
    def signal(self) -> str | None:
        """Return the name of the signal that ends a cascade; None for a single shot."""
        return None


class Informed(_Row):
    """A row that is given the whole stream, every outcome included."""

    feedback: ClassVar[Feedback] = "full"
    seeded: ClassVar[bool] = False

    @abstractmethod
    def shares(self, given: Given) -> Floats:
        """Return with which probability each model is taken for each task: shape (tasks, models), rows sum to 1."""
