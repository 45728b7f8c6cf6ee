"""The command line in this process: the same `main` as the executable's, without its start."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from acrouter_mcp.cli import main

Run = Callable[..., tuple[int, str, str]]
"""(arguments) -> exit status, stdout, stderr."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command after the other."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["acrouter-mcp", *arguments])
        capsys.readouterr()
        try:
            main()
            status = 0
        except SystemExit as ended:
            status = int(ended.code or 0)
        return status, *capsys.readouterr()

    return run
