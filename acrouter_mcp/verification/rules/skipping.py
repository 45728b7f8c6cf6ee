"""Tests that don't run, or can't fail, although they are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from acrouter_mcp.verification.rules.layers import layers
from acrouter_mcp.verification.rules.model import Remark

_TEST_FILE = re.compile(
    r"(?:^|[._-])(?:test|tests|spec)s?(?:[._-]|$)|(?:Test|Tests|Spec|IT)\.\w+$|^test|_test\.", re.IGNORECASE
)
_SKIPS = re.compile(
    r"@(?:pytest\.mark|mark)\.(?:skip\b(?!if)|xfail\b)|@(?:unittest\.)?skip\(|\bpytest\.skip\((?![^)]*allow_module_level)"
    r"|^[ \t]*(?:raise[ ]+)?(?:unittest\.)?SkipTest\b|\bself\.skipTest\(|\bpytestmark\s*=\s*pytest\.mark\.skip\b"
    r"|\b(?:it|test|describe|context|suite)\.(?:skip|todo)\s*\(|\bx(?:it|describe|test)\s*\(|\b(?:it|test|describe)\.only\s*\("
    r"|^[ \t]*@(?:Ignore|Disabled)\b|#\[ignore\b|\bt\.Skip(?:f|Now)?\(|\bGTEST_SKIP\(|\bDISABLED_\w+",
    re.MULTILINE,
)
_COMMENTED = re.compile(
    r"^[ \t]*(?:#|//)[ \t]*(?:def test_\w+\(|assert\b.*(?:==|!=|\bis\b|\bin\b)|self\.assert\w+\(|(?:it|test)\(['\"]"
    r"|expect\(.*\)\."
    r"|@Test\b|func Test\w+\()",
    re.MULTILINE,
)
_DESELECTS = re.compile(
    r"--(?:ignore|deselect)\b|\bcollect_ignore\b|-k\s+['\"]?not\b|testPathIgnorePatterns|\bexit\(0\)"
)
_CONFIG = frozenset({"conftest.py", "pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "package.json"})


def skipped_tests(name: str, text: str, language: str | None) -> Iterator[Remark]:
    """Yield tests of one file that are skipped, commented out or deselected; nothing for a file without tests."""
    base = PurePosixPath(name).name
    if base in _CONFIG:
        match = _DESELECTS.search(text)
        if match:
            yield Remark(what="tests that are deselected", line=_line(text, match), cost=0.3)
    elif _TEST_FILE.search(base):
        found = layers(text, language)
        skipped = _SKIPS.search(found.code)
        commented = _COMMENTED.search(found.comments)
        if skipped:
            yield Remark(what="a test that is skipped", line=_line(text, skipped), cost=0.3)
        if commented:
            yield Remark(what="a test that is commented out", line=_line(text, commented), cost=0.3)


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
