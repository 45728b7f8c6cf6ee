"""The signals that look without running: syntax tree, ruff, rules."""

from __future__ import annotations

from typing import Any

import pytest
from acrouter_mcp.verifiers.ast import AstVerifier
from acrouter_mcp.verifiers.lint import LintVerifier

from acrouter_mcp import types
from acrouter_mcp.verification import Engine, Submission, Verifier

pytestmark = pytest.mark.anyio

GOOD = "import math\n\n\ndef area(r):\n    return math.pi * r**2\n"


async def look(verifier: Verifier, text: str, language: str = "python", **more: Any) -> types.Verdict:
    engine = Engine(verifiers={verifier.name: verifier})
    return await engine.verify(Submission(files={"solution.py": text}, language=language, **more), timeout_s=20)


async def test_nothing_is_found_in_good_code() -> None:
    for verifier in (AstVerifier(), LintVerifier()):
        verdict = await look(verifier, GOOD)
        [signal] = verdict.signals
        assert (signal.score, verdict.verdict, verdict.isolation) == (1.0, "unsure", "none")


@pytest.mark.parametrize(
    ("text", "entry_point", "says"),
    [
        ("def f(:", "", "syntax error in solution.py line 1"),
        ("def f():\n    pass\n", "", "stub"),
        ('def f():\n    """Does it."""\n    raise NotImplementedError("later")\n', "f", "stub"),
        ("def g():\n    return 1\n", "f", "'f' is not defined"),
        ("  \n", "", "empty"),
    ],
)
async def test_gates_of_the_syntax_tree(text: str, entry_point: str, says: str) -> None:
    verdict = await look(AstVerifier(), text, entry_point=entry_point)
    assert (verdict.verdict, verdict.score <= 0.1) == ("fail", True)
    assert says in verdict.signals[0].detail


@pytest.mark.parametrize(
    "text",
    [
        "class F:\n    def go(self):\n        return 1\n",
        "f = lambda x: x\n",
        "from math import sqrt as f\n",
        "class E(Exception):\n    pass\n\n\ndef f():\n    return 1\n",
        "import abc\nclass A:\n    @abc.abstractmethod\n    def g(self): ...\ndef f():\n    return 1\n",
    ],
)
async def test_no_gate_for_other_ways_to_define(text: str) -> None:
    entry_point = "F" if "class F" in text else "f"
    assert (await look(AstVerifier(), text, entry_point=entry_point)).verdict == "unsure"


async def test_syntax_of_other_languages() -> None:
    good = await look(AstVerifier(), "int main() { return f(1); }", "c")
    bad = await look(AstVerifier(), "int main() { { { return f(1); }", "c")
    unknown = await look(AstVerifier(), "identification division.", "cobol")
    assert (good.score, good.verdict, bad.verdict, unknown.verdict) == (1, "unsure", "fail", "unsure")
    assert "line 1: '{' is never closed" in bad.reason
    assert good.confidence <= 0.3


async def test_undefined_names_cost_a_little_and_security_hints_nothing() -> None:
    undefined = await look(LintVerifier(), "def f():\n    return missing\n")
    assert 0.5 <= undefined.score < 1
    assert "missing" in undefined.signals[0].detail
    risky = await look(LintVerifier(), "import subprocess\nsubprocess.run('ls', shell=True)\n")
    assert risky.score == 1
    assert "worth a look" in risky.signals[0].detail


@pytest.mark.parametrize("text", ["\0", "\ud800", "\u202e" * 50, "x = '" + "a" * 190_000 + "'"])
async def test_ruff_survives_any_text(text: str) -> None:
    assert (await look(LintVerifier(), text)).signals[0].name == "lint"
