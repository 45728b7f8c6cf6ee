"""Builders of the memory's records, and memories on a temporary file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acrouter_mcp.memory import Memory
from acrouter_mcp.types import (
    Decision,
    Dimension,
    OutcomeReport,
    SignalResult,
    TestCounts,
    TestFailure,
    Vector,
    Verdict,
)

DIM = 8
NOW = 1_790_000_000.0

BUILDERS = f"""
import sys
from pathlib import Path
from acrouter_mcp.memory import Memory
from acrouter_mcp.types import Decision, Dimension, OutcomeReport

def decision(id, **values):
    given = dict(id=id, created={NOW}, project="p", task="t", task_digest="t", dimension=Dimension.ALGORITHM,
                 language=None, kind="k", recommended="a", recommended_word="A", used="a", chosen_by="router",
                 policy="thrifty", explored=False, propensities={{"a": 1.0}}, priors={{"a": 0.5}},
                 expected_costs={{"a": None}}, words={{"a": "A"}})
    return Decision(**{{**given, **values}})

def agent_says(id, quality):
    return OutcomeReport(decision_id=id, source="agent", quality=quality, weight=0.3, created={NOW})
"""
"""What a script in another process starts with."""


@pytest.fixture(scope="session")
def make_decision() -> Callable[..., Decision]:
    def make(decision_id: str = "d1", **values: Any) -> Decision:
        given: dict[str, Any] = {
            "created": NOW,
            "project": "github.com/acme/shop",
            "task": f"mend the parser of {decision_id}",
            "task_digest": f"digest of {decision_id}",
            "dimension": Dimension.BUG_FIXING,
            "language": "python",
            "kind": "parser",
            "recommended": "haiku",
            "recommended_word": "Haiku",
            "used": "haiku",
            "chosen_by": "router",
            "policy": "thrifty",
            "explored": False,
            "propensities": {"haiku": 0.98, "opus": 0.02},
            "priors": {"haiku": 0.5, "opus": 0.8, "sonnet": 0.6},
            "expected_costs": {"haiku": 0.01, "opus": None},
            "words": {"haiku": "Haiku", "opus": "the big one"},
        }
        return Decision(id=decision_id, **{**given, **values})

    return make


@pytest.fixture(scope="session")
def make_report() -> Callable[..., OutcomeReport]:
    def make(source: str = "agent", quality: float = 1.0, *, decision_id: str = "d1", **values: Any) -> OutcomeReport:
        given = {"weight": 0.5, "created": NOW, **values}
        return OutcomeReport(decision_id=decision_id, source=source, quality=quality, **given)

    return make


@pytest.fixture(scope="session")
def make_verdict() -> Callable[..., Verdict]:
    def make(word: str = "pass", **values: Any) -> Verdict:
        given: dict[str, Any] = {
            "score": 0.9,
            "confidence": 0.8,
            "signals": (SignalResult(name="tests", score=None, weight=0.0, detail="none"),),
            "tests": TestCounts(passed=1, expected=2, failures=(TestFailure(name="t", message="expected 1, got 2"),)),
            "isolation": "bwrap",
            "integrity": "split",
            "duration_ms": 12.5,
            "reason": "it passes",
            "trace": {"steps": [1, {"two": None}]},
        }
        return Verdict(verdict=word, **{**given, **values})

    return make


@pytest.fixture(scope="session")
def unit() -> Callable[..., Vector]:
    def make(seed: int, dim: int = DIM) -> Vector:
        vector = np.random.default_rng(seed).normal(size=dim).astype(np.float32)
        return vector / np.linalg.norm(vector)

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.db"


@pytest.fixture
def memory(path: Path) -> Iterator[Memory]:
    """One with sqlite-vec and an embedder of DIM numbers."""
    memory = Memory.open(path)
    memory.use_embedder("small", "sha", DIM)
    yield memory
    memory.close()


@pytest.fixture(params=["auto", "numpy"])
def either(request: pytest.FixtureRequest, path: Path) -> Iterator[Memory]:
    """The same, with each kind of index."""
    memory = Memory.open(path, request.param)
    memory.use_embedder("small", "sha", DIM)
    yield memory
    memory.close()


@pytest.fixture(scope="session")
def start() -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts a script in another process, after BUILDERS, with its arguments."""

    def run(script: str, *arguments: object, wrapper: tuple[str, ...] = (), **options: Any) -> subprocess.Popen[str]:
        command = [*wrapper, sys.executable, "-c", BUILDERS + script, *map(str, arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, **pipes, text=True, encoding="utf-8", **options)

    return run
