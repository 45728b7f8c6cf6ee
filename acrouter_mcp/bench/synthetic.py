"""A small made-up stream for those who don't have the data: it shows that everything works, and measures nothing.

Qualities are drawn around the published table, shifted a little, over a difficulty of each task that all models share.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from acrouter_mcp.bench.stream import Stream, Task
from acrouter_mcp.catalogue import Catalogue
from acrouter_mcp.routing import task_kind
from acrouter_mcp.types import Dimension

SEED = 20_260_622
SIZE = {"id": 270, "ood": 60}
MODELS = (
    "MiniMax-M2.7",
    "Qwen3-Max",
    "claude-opus-4-6",
    "claude-sonnet-4-6",
    "glm-5",
    "gpt-5.4",
    "kimi-k2.5",
    "qwen3.5-plus",
)
REQUESTS = {
    Dimension.CODE_GENERATION: "Write a function that turns {} into {}.",
    Dimension.ALGORITHM: "Given {} numbers, print the least {} that divides none of them.\n\nInput\n3\nOutput\n5",
    Dimension.BUG_FIXING: "This function should return {} but raises an error on {}:\ndef f(x):\n    return x + 1",
    Dimension.CODE_COMPLETION: 'def {}_of(x):\n    """Return the {} of x."""',
    Dimension.CODE_REFACTORING: "class {}:\n    def {}(self):\n        pass  # TODO split this",
    Dimension.DATA_SCIENCE: "I have a pandas DataFrame of {}; how do I group it by {}?",
    Dimension.MULTI_LANGUAGE: "Write a Rust function that parses {} into {}.",
    Dimension.CODE_UNDERSTANDING: "What does the method {} of the class {} do?",
    Dimension.TEST_GENERATION: "Write unit tests for a function that sorts {} by {}.",
    Dimension.AGENTIC_PROGRAMMING: "Issue: {} is lost on save\n\nSteps to reproduce\n1. open {}\n2. save twice",
}
WORDS = ("orders", "words", "dates", "paths", "users", "tokens", "matrices", "events", "colours", "prices", "graphs")
SHIFT_SD, DIFFICULTY_SD = 0.08, 0.25
COST_SCALE = {"id": 1.0, "ood": 0.3}


def stream(name: str) -> Stream:
    """Return the made-up stream of that name; always the same."""
    rng = np.random.default_rng([SEED, len(name)])
    catalogue = Catalogue.load(None)
    dimensions = [d for d in Dimension if (d is Dimension.AGENTIC_PROGRAMMING) == (name == "ood")]
    picked = [dimensions[at] for at in rng.integers(len(dimensions), size=SIZE[name])]
    tasks = tuple(_task(dimension, rng) for dimension in picked)
    shift = {(d, model): rng.normal(0, SHIFT_SD) for d in dimensions for model in MODELS}
    means = np.array([[catalogue.prior(m, d).mean + shift[d, m] for m in MODELS] for d in picked])
    level = np.clip(means + rng.normal(0, DIFFICULTY_SD, size=(SIZE[name], 1)), 0.02, 0.98)
    solved = rng.random(level.shape) < level
    tokens = np.array([[catalogue.expected_tokens(d)] * len(MODELS) for d in picked])
    tokens = np.maximum(tokens * rng.lognormal(0, 0.4, size=(*level.shape, 1)), 1).astype(np.int64)
    prices = [catalogue.price(model) for model in MODELS]
    cost = np.array(
        [[catalogue.expected_cost(price, *line[at]) or 0.0 for at, price in enumerate(prices)] for line in tokens]
    )
    applies = solved | (rng.random(level.shape) < 0.5)
    rows = np.arange(SIZE[name])
    measured = np.ones_like(solved)
    measured[rows % 6 == 0, 0] = False
    halves = {"old112": rows % 3 != 0, "new64": rows % 3 == 0}
    return Stream(
        name=name,
        view="complete",
        models=MODELS,
        tasks=tasks,
        ids=tuple(f"synthetic-{name}-{at}" for at in rows),
        sources=tuple(f"synthetic-{task.dimension}" for task in tasks),
        score=solved.astype(float),
        cost=cost * COST_SCALE[name],
        tokens=tokens,
        measured=measured,
        signals={"true_score": solved} if name == "id" else {"true_label": solved, "apply_ok": applies},
        decisions={},
        views={"measured": _where(measured.all(axis=1))}
        if name == "id"
        else {half: _where(flags) for half, flags in halves.items()},
        synthetic=True,
    )


def _task(dimension: Dimension, rng: np.random.Generator) -> Task:
    first, second = (WORDS[at] for at in rng.integers(len(WORDS), size=2))
    text = REQUESTS[dimension].format(first, second)
    language = "rust" if dimension is Dimension.MULTI_LANGUAGE else "python"
    return Task(text, dimension, language, task_kind(text, language))


def _where(flags: Any) -> tuple[int, ...]:
    return tuple(int(at) for at in np.flatnonzero(flags))
