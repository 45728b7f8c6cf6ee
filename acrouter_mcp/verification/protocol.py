"""What a verifier is: one signal on a solution, found by the entry point group `acrouter_mcp.verifiers`.

A third party writes a class with a `name` and an `examine`, and names it in its own package:

    [project.entry-points."acrouter_mcp.verifiers"]
    house_style = "my_package:HouseStyleVerifier"
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from acrouter_mcp.types import Integrity, TestCounts
from acrouter_mcp.verification.opinion import Judge
from acrouter_mcp.verification.runs import Runs
from acrouter_mcp.verification.sandbox import Limits, Sandbox
from acrouter_mcp.verification.submission import Submission

Progress = Callable[[float, str], Awaitable[None]]
"""Awaited with (share of the work that is done, in [0, 1]; what is going on)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one verifier has to say. Raises ValueError if a number is outside [0, 1]."""

    score: float | None
    """In [0, 1]; None leaves this signal out of the sum."""
    detail: str
    """One sentence for the agent."""
    weight: float | None = None
    """Its say in the sum; None: what the engine's table gives a built-in signal, .05 for any other."""
    gate: float | None = None
    """Ceiling on the whole score, and a `fail`."""
    tests: TestCounts | None = None
    """Tests that were executed."""
    integrity: Integrity = "none"
    """How far what was executed could have forged this; `none` where nothing was."""
    confidence: float | None = None
    """Ceiling on the verdict's confidence, where the evidence is of a weak kind."""
    cost_usd: float | None = None
    """What asking cost, at list price; None: nothing, or unknown."""
    environment_fault: bool = False
    """The environment, not the solution, is to blame: the verdict is `unsure`."""

    def __post_init__(self) -> None:
        for name in ("score", "weight", "gate", "confidence"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and 0.0 <= value <= 1.0):
                raise ValueError(f"{name} is {value}, outside [0, 1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a verifier may use."""

    language: str | None
    """The solution's language as this package names it (`python`, `javascript`); None: not code, or not known."""
    sandbox: Sandbox | None
    """None: nothing may be executed here."""
    runs: Runs | None
    """Runs of the solution with tests, shared by all verifiers; None where nothing can be executed."""
    deadline: float
    """On the event loop's clock (`anyio.current_time`); a verifier that isn't done by then is left out."""
    limits: Limits
    """What a program may use in the time that is left."""
    progress: Progress
    judge: Judge | None = None
    """The language model that the user configured as a judge; None: nobody is to be asked."""


class Verifier(Protocol):
    """One signal. A class with `only_undecided = True` is asked last, and only if the others leave it unsure."""

    @property
    def name(self) -> str:
        """What the answer calls it: a short identifier."""
        ...

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """Return a finding; what it raises is logged, and leaves this signal out."""
        ...
