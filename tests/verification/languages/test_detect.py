"""Which language a solution is in."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification import Submission
from acrouter_mcp.verification.languages import language_of, normalise


@pytest.mark.parametrize(
    ("written", "name"),
    [("Python", "python"), ("py", "python"), ("python3.11", "python"), ("Python 3", "python"), (" JS ", "javascript"),
     ("C++17", "cpp"), ("c++", "cpp"), ("Java 17", "java"), ("golang", "go"), ("Brainfuck", "brainfuck")],
)  # fmt: skip
def test_names(written: str, name: str) -> None:
    assert normalise(written) == name


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"solution.py": "def f():\n    return 1\n"}, "python"),
        ({"solution.py": "def f(:\n    return 1\n\ndef g(x):\n    return x\n"}, "python"),
        ({"solution.py": "print('hello')"}, "python"),
        ({"solution.py": "yes"}, None),
        ({"solution.py": "It sorts the list, then takes the middle."}, None),
        ({"solution.py": ""}, None),
        ({"main.go": "", "go.mod": ""}, "go"),
        ({"a.ts": "", "b.ts": "", "c.js": ""}, "typescript"),
        ({"README": ""}, None),
    ],
)
def test_seen_from_the_files(files: dict[str, str], name: str | None) -> None:
    assert language_of(Submission(files=files)) == name
