"""A short way to a verdict on a solution in any language, where its toolchain is here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from acrouter_mcp import types
from acrouter_mcp.verification import Engine, Submission
from acrouter_mcp.verification.languages import find
from acrouter_mcp.verification.sandbox import Sandbox

Speak = Callable[..., Awaitable[types.Verdict]]


@pytest.fixture
def speak(request: pytest.FixtureRequest, engine: Engine, contained: Sandbox) -> Speak:
    """Return what judges in the language that the test's module names as `LANGUAGE`."""
    name = request.module.LANGUAGE
    language = find(name)
    assert language is not None
    if language.toolchain().version is None:
        pytest.skip(f"{name} is not executed here: {language.toolchain().remedy}")

    async def speak(
        solution: str | Mapping[str, str], tests: str | None = None, *, timeout_s: float = 40, **more: Any
    ) -> types.Verdict:
        files = {"solution.py": solution} if isinstance(solution, str) else solution
        return await engine.verify(Submission(files=files, tests=tests, language=name, **more), timeout_s=timeout_s)

    return speak
