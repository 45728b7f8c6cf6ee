"""A sandbox as this machine has it, and a short way to a verdict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from acrouter_mcp import types
from acrouter_mcp.verification import Engine, Submission
from acrouter_mcp.verification.sandbox import Sandbox, Tiers

Judge = Callable[..., Awaitable[types.Verdict]]


@pytest.fixture(scope="session")
def contained() -> Sandbox:
    sandbox = Tiers().best
    if sandbox is None:
        pytest.skip(f"nothing contains foreign code here: {Tiers().report.missing}")
    return sandbox


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture
def judge(engine: Engine, contained: Sandbox) -> Judge:
    async def judge(
        solution: str | Mapping[str, str], tests: str | None = None, *, timeout_s: float = 15, **more: Any
    ) -> types.Verdict:
        files = {"solution.py": solution} if isinstance(solution, str) else solution
        return await engine.verify(Submission(files=files, tests=tests, **more), timeout_s=timeout_s)

    return judge
