"""The protocol of a language: how its syntax is checked, and how a solution in it is run with tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from acrouter_mcp.verification.languages.programs import Recipe
from acrouter_mcp.verification.runner.base import OnRow, Run, RunReport
from acrouter_mcp.verification.sandbox import Sandbox
from acrouter_mcp.verification.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What a solution's text alone says. At most one of the first two is set."""

    error: str | None = None
    """Why it can't be read, with file and line."""
    missing: str | None = None
    """What was asked for and isn't there, or is only a stub."""
    doubtful: bool = False
    """The error may be the parser's own: it doesn't expand macros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What runs a language on this machine."""

    version: str | None
    """As the program tells it; None: not installed."""
    remedy: str
    """How to install it, in words."""


class Language(Protocol):
    """One language. `LANGUAGE` of its module is the one instance; what costs to import is imported when it is used."""

    @property
    def name(self) -> str:
        """The name that this package uses, which is its module's name too."""
        ...

    def check(self, files: Mapping[str, str], entry_point: str | None) -> Syntax:
        """Return what is wrong with the text of a solution; no toolchain is needed."""
        ...

    def supplied(self, submission: Submission) -> dict[str, str]:
        """Return the test files by name: the tests that were given, else those among the files."""
        ...

    def toolchain(self) -> Toolchain:
        """Return what there is to run it; asks the program once."""
        ...

    def program(self, files: Mapping[str, str]) -> Recipe | None:
        """Return how a solution is run as a program over standard input; None if it can't be, or isn't clear."""
        ...

    async def run(self, run: Run, sandbox: Sandbox, on_row: OnRow | None = None) -> RunReport:
        """Run a solution with its tests, or only load it; see `Runner.run`. Raises SyntaxError for unreadable tests."""
        ...
