"""A sandbox as this machine has it, and a short way to a verdict."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import anyio
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
def landlock() -> Sandbox:
    tiers = Tiers(tried=["landlock"])
    if tiers.best is None:
        pytest.skip(f"Landlock doesn't work here: {tiers.report.missing}")
    return tiers.best


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def engine(anyio_backend: str) -> AsyncIterator[Engine]:
    """One engine, whose sandboxes wait for work between tests too."""
    async with anyio.create_task_group() as tasks:
        yield Engine(tasks=tasks)
        tasks.cancel_scope.cancel()


@pytest.fixture
def judge(engine: Engine, contained: Sandbox) -> Judge:
    async def judge(
        solution: str | Mapping[str, str], tests: str | None = None, *, timeout_s: float = 15, **more: Any
    ) -> types.Verdict:
        files = {"solution.py": solution} if isinstance(solution, str) else solution
        return await engine.verify(Submission(files=files, tests=tests, **more), timeout_s=timeout_s)

    return judge
