"""The programs that run languages: where they are, which version, what of the host they need to see."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from acrouter_mcp.verification.runner.base import Broken, RunReport

_ASK_S = 20.0
_VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program of the host, by its real path."""

    path: Path
    version: str
    readable: tuple[Path, ...] = ()
    """What it needs that isn't under `/usr`."""


@cache
def program(name: str, *, flag: str = "--version") -> Program | None:
    """Return a program that answers when it is asked for its version; None if there is none."""
    found = shutil.which(name)
    said = ask(found, flag) if found else None
    version = _VERSION.search(said or "")
    if not found or said is None or version is None:
        return None
    path = Path(found).resolve()
    return Program(path=path, version=version[0], readable=() if path.is_relative_to("/usr") else (path,))


def ask(program: str, *arguments: str) -> str | None:
    """Return what a program prints, on whichever stream; None if it fails."""
    try:
        done = subprocess.run(
            [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASK_S, cwd="/", check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return (done.stdout + done.stderr).decode("utf-8", "replace") if done.returncode == 0 else None


def missing(remedy: str) -> RunReport:
    """Return the report of a run that this machine lacks the program for."""
    return RunReport(ended=Broken(message=remedy, environment=remedy, solution_s=False))
