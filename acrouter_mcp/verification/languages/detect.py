"""Which language a solution is in, from what the caller says, its file names, or its text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

from acrouter_mcp.verification.runner.plan import parse
from acrouter_mcp.verification.submission import ONE_FILE, Submission

_ALIASES = {
    "py": "python", "python3": "python", "js": "javascript", "node": "javascript", "ts": "typescript", "golang": "go",
    "rs": "rust", "c++": "cpp", "cc": "cpp", "sh": "bash", "shell": "bash", "sqlite": "sql", "c#": "csharp",
}  # fmt: skip
_SUFFIXES = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "typescript", ".tsx": "typescript", ".go": "go", ".rs": "rust", ".java": "java", ".c": "c", ".h": "c",
    ".cpp": "cpp", ".cc": "cpp", ".hpp": "cpp", ".sh": "bash", ".sql": "sql", ".rb": "ruby", ".cs": "csharp",
    ".kt": "kotlin", ".swift": "swift", ".php": "php",
}  # fmt: skip
_PYTHON_LINE = re.compile(
    r"^[ \t]*(?:async )?(?:def \w+\(.*|class \w+.*:|import \w[\w.]*|from [\w.]+ import .+)[ \t]*$", re.MULTILINE
)


def normalise(language: str) -> str:
    """Return the name that this package uses for a language, in whatever way and version it was written."""
    word = language.strip().lower()[:40]
    return _ALIASES.get(word) or _ALIASES.get(base := word.rstrip("0123456789. "), base)


def language_of_path(name: str) -> str | None:
    """Return the language of a file by its ending, None for what is no code."""
    return _SUFFIXES.get(PurePosixPath(name).suffix.lower())


def language_of(submission: Submission) -> str | None:
    """Return the solution's language, or None if it doesn't look like code.

    The name `solution.py` says nothing: every one-file solution has it, whatever it is.
    """
    if submission.language:
        return normalise(submission.language)
    if tuple(submission.files) != (ONE_FILE,):
        seen = Counter(map(language_of_path, submission.files))
        del seen[None]
        return seen.most_common(1)[0][0] if seen else None
    return "python" if _looks_python(submission.files[ONE_FILE]) else None


def _looks_python(text: str) -> bool:
    """Whether text is Python: it parses and does something, or has lines that only Python has."""
    try:
        body = parse(text).body
    except SyntaxError:
        return bool(_PYTHON_LINE.search(text))
    return any(type(statement).__name__ != "Expr" for statement in body) or "(" in text
