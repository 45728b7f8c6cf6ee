"""Programming languages: one module each, with its syntax check and its way to run tests.

Another language is a module here with a `LANGUAGE` (see `base.Language`), and its names and file endings in `detect`.
"""

from __future__ import annotations

import importlib
from typing import cast

from acrouter_mcp.verification.languages.base import Language, Syntax, Toolchain
from acrouter_mcp.verification.languages.detect import language_of, language_of_path, normalise

SPOKEN = ("python", "javascript", "typescript", "go", "rust", "java", "c", "cpp", "bash", "sql")

__all__ = [
    "SPOKEN",
    "Language",
    "Syntax",
    "Toolchain",
    "find",
    "language_of",
    "language_of_path",
    "normalise",
    "toolchains",
]


def find(name: str | None) -> Language | None:
    """Return what is known of a language; None for one that isn't spoken here."""
    if name not in SPOKEN:
        return None
    return cast("Language", importlib.import_module(f"{__name__}.{name}").LANGUAGE)


def toolchains() -> dict[str, Toolchain]:
    """Return what runs each language on this machine, by language; asks their programs, about a second at first."""
    return {name: language.toolchain() for name in SPOKEN if (language := find(name))}
