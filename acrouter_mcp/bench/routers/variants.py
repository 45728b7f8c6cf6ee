"""The same orchestrator with one thing changed: its policy, a component, what it is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from acrouter_mcp.bench.protocol import Outcome, Setting
from acrouter_mcp.bench.routers.acrouter import Acrouter
from acrouter_mcp.bench.stream import Stream, Task
from acrouter_mcp.routing import Router
from acrouter_mcp.routing.request import Component
from acrouter_mcp.types import PolicyName

WARM = 200
MISSING, FLIPPED = 0.5, 0.1
DELAY = 50
"""Tasks after which an outcome is heard of, in the ablation that delays them."""
COMPONENTS: tuple[Component, ...] = ("prior", "metadata", "neighbours", "policy")
POLICIES = ("best", "thrifty@0.01", "thrifty@0.02", "thrifty@0.05", "thrifty@0.1")


class AcrouterPolicy(Acrouter):
    """Another policy than `balanced`: `best`, or `thrifty@DELTA`."""

    title = "ACRouter, this product, another policy"
    every_view = False

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        name, _, delta = setting.argument.partition("@")
        self.policy = cast("PolicyName", name)
        self.delta = float(delta) if delta else self.delta

    @classmethod
    def arguments(cls, _stream: Stream) -> tuple[str, ...]:
        """Return the policies of the frontier."""
        return POLICIES

    @classmethod
    def fits(cls, _stream: Stream, argument: str) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return whether there is such a policy; any delta will do."""
        name, _, delta = argument.partition("@")
        return argument == "best" or (name == "thrifty" and delta.replace(".", "", 1).isdigit())


class AcrouterAblation(Acrouter):
    """Without one component, or with worse outcomes."""

    title = "ACRouter, this product, ablation"
    every_view = False
    kinds = (
        "no_prior",
        "no_metadata",
        "no_neighbours",
        "no_policy",
        "warm_200",
        "no_prior_warm_200",
        "half_missing",
        "tenth_flipped",
        "delayed",
    )

    def __init__(self, setting: Setting) -> None:
        self._without = setting.argument
        super().__init__(setting)
        self._late: deque[tuple[Task, Outcome, tuple[str, ...]]] = deque()

    @classmethod
    def arguments(cls, _stream: Stream) -> tuple[str, ...]:
        """Return every ablation."""
        return cls.kinds

    def compose(self, setting: Setting) -> Router:
        """Return the router without the component."""
        component = setting.argument.removeprefix("no_").removesuffix("_warm_200")
        return Router(setting.rng, without=[one for one in COMPONENTS if one == component])

    @property
    def warm(self) -> int:
        """Return how many tasks at the start are told in full."""
        return WARM if self._without.endswith("warm_200") else 0

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Learn less, later, or wrongly."""
        if self._without == "half_missing" and self._happens(MISSING):
            return
        if self._without == "tenth_flipped" and self._happens(FLIPPED):
            outcome = replace(outcome, quality=1.0 - outcome.quality)
        self._late.append((task, outcome, tuple(tried)))
        while len(self._late) > (DELAY if self._without == "delayed" else 0):
            super().learn(*self._late.popleft())

    def _happens(self, probability: float) -> bool:
        return bool(self.setting.rng.random() < probability)
