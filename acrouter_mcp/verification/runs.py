"""Runs that several verifiers need are made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import anyio

from acrouter_mcp.verification.languages import Language, language_of_path
from acrouter_mcp.verification.runner import Run, RunReport
from acrouter_mcp.verification.runner.base import OnRow
from acrouter_mcp.verification.sandbox import Limits, Sandbox
from acrouter_mcp.verification.submission import Submission

Key = tuple[tuple[str, str], ...]


class Runs:
    """The runs of one submission; those asked for at once are made once, different ones beside each other."""

    def __init__(
        self,
        submission: Submission,
        *,
        language: Language,
        sandbox: Sandbox,
        limits: Limits,
        on_row: OnRow | None = None,
    ) -> None:
        self._submission, self._language, self._sandbox = submission, language, sandbox
        self._limits, self._on_row = limits, on_row
        self._locks: dict[Key, anyio.Lock] = {}
        self._reports: dict[Key, RunReport] = {}

    async def supplied(self) -> RunReport | None:
        """Return the run with the supplied tests, None without any; raises SyntaxError if they can't be parsed."""
        tests = self._language.supplied(self._submission)
        return await self.with_tests(tests) if tests else None

    async def with_tests(self, tests: Mapping[str, str]) -> RunReport:
        """Return the run with `tests` (file name -> text); an empty mapping only imports the solution."""
        key = tuple(sorted(tests.items()))
        async with self._locks.setdefault(key, anyio.Lock()):
            if key not in self._reports:
                self._reports[key] = await self._language.run(self._run(tests), self._sandbox, self._on_row)
            return self._reports[key]

    async def on_other(self, files: Mapping[str, str], tests: Mapping[str, str], *, wall_s: float) -> RunReport:
        """Return the run of `tests` with `files` in the place of the solution's: mutants of it; at most `wall_s`."""
        limits = replace(self._limits, wall_s=wall_s, quiet_s=None)
        run = replace(self._run(tests), files=files, limits=limits)
        return await self._language.run(run, self._sandbox)

    def _run(self, tests: Mapping[str, str]) -> Run:
        own = self._language.supplied(self._submission)
        files = {name: text for name, text in self._submission.files.items() if name not in own}
        return Run(
            files=files if any(map(language_of_path, files)) else self._submission.files,
            tests=tests,
            python=self._submission.python,
            entry_point=self._submission.entry_point,
            limits=self._limits,
        )
