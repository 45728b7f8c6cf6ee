"""What the demo amounts to: regret and cost against fixed strategies, and what changed in the router's mind.

Pure functions over what happened (`Step`) and over what every model of the cast would have done (`Outcomes`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from acrouter_mcp.demo.cast import CastModel, CastTask
from acrouter_mcp.types import Dimension

COST_WEIGHT = 0.1
"""Lambda of the reward r = quality - lambda * USD, per USD (the paper's)."""
SOLVED = 0.8
"""Quality from which a task counts as solved, and nobody escalates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one model makes of one task, in truth."""

    quality: float
    cost_usd: float

    @property
    def reward(self) -> float:
        """Quality less what the money was worth."""
        return self.quality - COST_WEIGHT * self.cost_usd


Outcomes = Mapping[str, Mapping[str, Outcome]]
"""Task id -> model id -> outcome: the whole matrix, which only the cast knows."""
Paper = Mapping[Dimension, Mapping[str, float]]
"""Dimension -> model id -> published mean quality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One try at one task, as it happened."""

    task_id: str
    dimension: Dimension
    attempt: int
    """1 for the first model asked, 2 for the one it was escalated to, and so on."""
    model: str
    expected: Mapping[str, float]
    """Model id -> expected quality, as far as the advice told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a strategy did over all tasks."""

    name: str
    solved: int
    tasks: int
    cost_usd: float
    regret: float
    """Sum over the tasks of the oracle's reward less the strategy's; the oracle knows every outcome and tries once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How the advice for one kind of work changed from its first to its last task."""

    dimension: Dimension
    first: str
    """Model advised for the first task."""
    last: str
    expected: Mapping[str, tuple[float, float]]
    """Model id -> expected quality at the first and at the last task; only models that both answers mention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The strategies beside each other, and what changed."""

    first_tries: Score
    escalated: Score
    best_on_paper: Score
    paper_escalated: Score
    dearest: Score
    oracle: Score
    shifts: tuple[Shift, ...]

    @property
    def scores(self) -> tuple[Score, ...]:
        """All scores, those of first tries before those of several."""
        return (
            self.first_tries,
            self.best_on_paper,
            self.dearest,
            self.escalated,
            self.paper_escalated,
            self.oracle,
        )


def summarise(
    steps: Sequence[Step], tasks: Sequence[CastTask], paper: Paper, matrix: Outcomes, dearest: str
) -> Summary:
    """Score the router on `tasks`, which are all in `steps`, against the table and the model `dearest`."""
    return Summary(
        first_tries=as_advised(steps, matrix),
        escalated=as_escalated(steps, matrix),
        best_on_paper=best_on_paper(tasks, paper, matrix),
        paper_escalated=paper_in_order(tasks, paper, matrix),
        dearest=always(dearest, matrix),
        oracle=oracle(matrix),
        shifts=shifts(steps),
    )


def outcomes(
    tasks: Sequence[CastTask], models: Sequence[CastModel], prices: Mapping[str, tuple[float, float]]
) -> dict[str, dict[str, Outcome]]:
    """Return the whole matrix; `prices` are USD per million tokens, (input, output), by model id."""
    matrix: dict[str, dict[str, Outcome]] = {}
    for task in tasks:
        row = matrix[task.id] = {}
        for model in models:
            read, written = task.tokens_of(model)
            price_in, price_out = prices[model.id]
            cost = (read * price_in + written * price_out) / 1e6
            row[model.id] = Outcome(quality=task.quality_of(model.id), cost_usd=cost)
    return matrix


def as_advised(steps: Sequence[Step], matrix: Outcomes) -> Score:
    """Score the router's advice alone: the first try of each task."""
    first = {step.task_id: step.model for step in steps if step.attempt == 1}
    return _once("router, first try", matrix, lambda task: first[task])


def as_escalated(steps: Sequence[Step], matrix: Outcomes) -> Score:
    """Score the whole loop: the last try's quality, and every try paid."""
    tries: dict[str, list[str]] = {}
    for step in steps:
        tries.setdefault(step.task_id, []).append(step.model)
    return _several("router, with escalation", matrix, lambda task: tries[task])


def best_on_paper(tasks: Sequence[CastTask], paper: Paper, matrix: Outcomes) -> Score:
    """Score always taking the model with the best published mean of the task's dimension."""
    order = {task.id: _paper_order(paper[task.dimension]) for task in tasks}
    return _once("always the best on paper", matrix, lambda task: order[task][0])


def paper_in_order(tasks: Sequence[CastTask], paper: Paper, matrix: Outcomes) -> Score:
    """Score going down the published table, verified like the router's, until a task is solved."""
    order = {task.id: _paper_order(paper[task.dimension]) for task in tasks}
    return _several("the best on paper, with escalation", matrix, lambda task: _until_solved(order[task], matrix[task]))


def always(model: str, matrix: Outcomes) -> Score:
    """Score one model for everything."""
    return _once(f"always {model}", matrix, lambda _task: model)


def oracle(matrix: Outcomes) -> Score:
    """Score knowing every outcome beforehand: the best reward of each task."""
    return _once("oracle of the cast", matrix, lambda task: max(matrix[task], key=lambda m: matrix[task][m].reward))


def shifts(steps: Sequence[Step]) -> tuple[Shift, ...]:
    """Return for each dimension how the advice changed between its first and its last task, in order of appearance."""
    advised: dict[Dimension, list[Step]] = {}
    for step in steps:
        if step.attempt == 1:
            advised.setdefault(step.dimension, []).append(step)
    return tuple(_shift(dimension, taken[0], taken[-1]) for dimension, taken in advised.items())


def _shift(dimension: Dimension, first: Step, last: Step) -> Shift:
    both = {
        model: (mean, last.expected[model]) for model, mean in sorted(first.expected.items()) if model in last.expected
    }
    return Shift(dimension=dimension, first=first.model, last=last.model, expected=both)


def _paper_order(means: Mapping[str, float]) -> list[str]:
    return sorted(means, key=lambda model: -means[model])


def _until_solved(order: Sequence[str], row: Mapping[str, Outcome]) -> list[str]:
    for count, model in enumerate(order, start=1):
        if row[model].quality >= SOLVED:
            return list(order[:count])
    return list(order)


def _once(name: str, matrix: Outcomes, pick: Callable[[str], str]) -> Score:
    return _several(name, matrix, lambda task: [pick(task)])


def _several(name: str, matrix: Outcomes, tries: Callable[[str], Sequence[str]]) -> Score:
    """Score paying for every try of a task and keeping the last one's quality."""
    solved, cost, regret = 0, 0.0, 0.0
    for task, row in matrix.items():
        taken = [row[model] for model in tries(task)]
        paid = sum(outcome.cost_usd for outcome in taken)
        solved += taken[-1].quality >= SOLVED
        cost += paid
        regret += max(o.reward for o in row.values()) - Outcome(quality=taken[-1].quality, cost_usd=paid).reward
    return Score(name=name, solved=solved, tasks=len(matrix), cost_usd=cost, regret=regret)
