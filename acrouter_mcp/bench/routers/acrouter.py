"""`acrouter`: this product's orchestrator, as the server runs it, under the policy `balanced`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from acrouter_mcp.bench.protocol import Bandit, Outcome, Pick, Setting
from acrouter_mcp.bench.routers.cascade import Cascade
from acrouter_mcp.bench.stream import Task
from acrouter_mcp.bench.table import Table
from acrouter_mcp.routing import Router, RoutingRequest, RoutingResult, retry_kind
from acrouter_mcp.routing.request import DELTA
from acrouter_mcp.types import Lesson, Neighbour, PolicyName

NEIGHBOURS = 32
"""Nearest tasks that the server's router looks at (`loop.request.NEIGHBOURS`)."""
EPSILON = 0.0
"""Some 230 tasks a dimension and a good prior leave nothing to be gained by exploring."""


class Acrouter(Bandit):
    """The server's router over the catalogue's rows; it learns what the memory would tell it."""

    title = "ACRouter, this product"
    family = "this product"
    needs_vectors = True
    policy: PolicyName = "balanced"
    delta = DELTA
    ood_facts: ClassVar[bool] = False

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.router = self.compose(setting)
        self.table = Table(setting.models, ood_facts=True) if self.ood_facts else setting.table
        self._seq = 0
        self._seen: list[Lesson] = []
        self._vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]] | None = None

    def compose(self, setting: Setting) -> Router:
        """Return the router; an ablation composes another one."""
        return Router(setting.rng)

    def choose(self, task: Task, tried: Sequence[str]) -> Pick:
        """Ask the router as `choose_model` does."""
        result = self.router.choose(
            RoutingRequest(
                dimension=task.dimension,
                language=task.language,
                kind=task.kind,
                candidates=self.table.candidates(task.dimension, self.router),
                neighbours=self._near(task),
                policy=self.policy,
                delta=self.delta,
                epsilon=EPSILON,
                excluded=frozenset(tried),
            )
        )
        return _pick(result, self.setting.models)

    def learn(self, task: Task, outcome: Outcome, tried: Sequence[str]) -> None:
        """Fold the lesson that the memory would make of the outcome."""
        self._seq += 1
        lesson = Lesson(
            seq=self._seq,
            decision_id=str(self._seq),
            arm=outcome.model,
            dimension=task.dimension,
            language=task.language,
            kind=retry_kind(task.kind, tried),
            project="",
            quality=outcome.quality,
            weight=1.0,
            prior_mean=self.table.prior(task.dimension, outcome.model).mean,
            input_tokens=outcome.input_tokens,
            output_tokens=outcome.output_tokens,
            cost_usd=outcome.cost_usd,
            created=float(self._seq),
        )
        self.router.learn(lesson)
        self._remember(task, lesson)

    def _near(self, task: Task) -> tuple[Neighbour, ...]:
        """Return the nearest tasks that this router has had an outcome of."""
        if task.vector is None or self._vectors is None or not self._seen:
            return ()
        cosines = self._vectors[: len(self._seen)] @ task.vector
        nearest = (
            np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS] if len(cosines) > NEIGHBOURS else range(len(cosines))
        )
        return tuple(_neighbour(self._seen[at], float(cosines[at])) for at in nearest)

    def _remember(self, task: Task, lesson: Lesson) -> None:
        if task.vector is None or lesson.quality is None:
            return
        if self._vectors is None:
            self._vectors = np.zeros((8 * self.setting.length, len(task.vector)), dtype=np.float32)
        if len(self._seen) < len(self._vectors):
            self._vectors[len(self._seen)] = task.vector
            self._seen.append(lesson)


def _pick(result: RoutingResult, models: Sequence[str]) -> Pick:
    chosen = result.choice.chosen
    by_arm = {one.candidate.arm: one.propensity for one in (chosen, *result.choice.others)}
    return Pick(
        model=chosen.candidate.arm,
        propensity=chosen.propensity,
        propensities=tuple(by_arm[model] for model in models),
        confidence=chosen.p_best,
        quality=(chosen.mean, chosen.low, chosen.high),
    )


def _neighbour(lesson: Lesson, cosine: float) -> Neighbour:
    return Neighbour(
        decision_id=lesson.decision_id,
        similarity=cosine,
        arm=lesson.arm,
        dimension=lesson.dimension,
        kind=lesson.kind,
        quality=lesson.quality or 0.0,
        weight=lesson.weight,
        task="",
        project=lesson.project,
        cost_usd=lesson.cost_usd,
        verdict=None,
        created=lesson.created,
    )


class AcrouterOodPrior(Acrouter):
    """The same, from the figures that the paper's page publishes of the OOD stream."""

    title = "ACRouter, this product, with the published OOD facts"
    streams = ("ood",)
    seen_answer = True
    ood_facts = True
    note = "its prior holds figures that were published of this stream"


class AcrouterCascade(Cascade, Acrouter):
    """The same, allowed further tries until a signal is satisfied."""

    title = "ACRouter, this product, cascade"
