"""Rules on the text of a solution: what they find, and the ordinary code that they let be."""

from __future__ import annotations

import json
import pathlib
import random
import statistics
import textwrap
from typing import Any

import pytest
from acrouter_mcp.verifiers.rules import RulesVerifier

from acrouter_mcp import types
from acrouter_mcp.verification import Engine, Submission

pytestmark = pytest.mark.anyio
KEY = "aB3dE5fG7hI9jK1mN3pQ5rS7tU9vW1xY3z"


async def look(text: str, language: str | None = "python", name: str = "solution.py", **more: Any) -> types.Verdict:
    engine = Engine(verifiers={"rules": RulesVerifier()})
    return await engine.verify(Submission(files={name: text}, language=language, **more), timeout_s=20)


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("python", "def f():\n    # TODO\n    return 1\n", "placeholder in solution.py line 2"),
        ("python", "def f():\n    # TODO: implement this\n    return 1\n", "placeholder"),
        ("python", "def f():\n    return 1  # placeholder\n", "placeholder"),
        ("python", "def f():\n    # This is a simplified implementation\n    return 1\n", "placeholder"),
        ("python", "def f():\n    # ... existing code ...\n    return 1\n", "left out"),
        ("python", "class A:\n    x = 1\n    # rest of the class remains unchanged\n", "left out"),
        ("python", "def f():\n    # your code here\n    return 1\n", "left out"),
        ("javascript", "function f() {\n  // ... rest of the code\n}\n", "left out"),
        ("go", "func f() int {\n\t// implement me\n\treturn 1\n}\n", "placeholder"),
        ("sql", "SELECT 1; -- TODO\n", "placeholder"),
        ("bash", "echo 1\n# remaining code unchanged\n", "left out"),
        ("java", "class A {\n  /* not implemented yet */\n}\n", "placeholder"),
        (None, "I'm sorry, but I can't help with that.", "refusal"),
        ("python", "I\u2019m sorry, but I cannot write this.", "refusal"),
        ("javascript", "As an AI language model, I can't do that.", "refusal"),
        ("python", "```python\nx = 1\n```\n```\ny\n```\n", "fence"),
        ("javascript", "let x = 1;\n```\n", "fence"),
        ("python", "Here is the function:\ndef f(): ...\n", "prose"),
        ("rust", "fn f() {}\n\nThis function returns nothing at all.\n", "prose"),
        ("python", "KEY = 'AKIA" + "A" * 16 + "'\n", "secret"),
        ("javascript", f'const apiKey = "{KEY}";\n', "secret"),
        ("python", f"TOKEN = 'ghp_{'a1B2' * 9}'\n", "secret"),
        ("python", "import os\nos.system('rm -rf /')\n", "destructive"),
        ("python", "import subprocess\nsubprocess.run('rm -fr ~/', shell=True)\n", "destructive"),
        ("python", "import shutil\nshutil.rmtree('/home')\n", "destructive"),
        ("bash", "sudo rm -rf --no-preserve-root /\n", "destructive"),
        ("bash", "dd if=/dev/zero of=/dev/sda\n", "destructive"),
        ("javascript", "fs.rmSync('/', { recursive: true });\n", "destructive"),
        ("sql", "DROP DATABASE shop;\n", "destructive"),
    ],
)
async def test_found(language: str | None, text: str, says: str) -> None:
    verdict = await look(text, language)
    assert verdict.score < 1
    assert says in verdict.signals[0].detail


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "x = [1, ...]\n"),
        ("python", "def rm(todo):\n    return todo\n"),
        ("python", "# Here is why: it's faster\nx = 1\n"),
        ("python", "os.remove('x')\n"),
        ("python", 'def f():\n    """Here is how:\n\n    ```\n    f()\n    ```\n    """\n'),
        ("python", "REPLY = \"I'm sorry, but I can't help with that.\"\n"),
        ("python", "# implement the remaining part of RFC 1 lazily\nx = 1\n"),
        ("python", "# add the two halves\nx = 1\n"),
        ("python", "# The rest of this module is only used by tests\nx = 1\n"),
        ("python", "placeholder = '# TODO'\n"),
        ("python", "import shutil\nshutil.rmtree('/tmp/build')\nshutil.rmtree(folder)\n"),
        ("python", "PASSWORD = 'your-password-goes-1-Here'\n"),
        ("python", "if '-----BEGIN PRIVATE KEY-----' in text:\n    pass\n"),
        ("bash", 'rm -rf ./build /tmp/x "$DIR"\n'),
        ("javascript", "const here = 'https://example.org//rest of the code';\n"),
        ("sql", "DROP TABLE IF EXISTS t;\nSELECT '-- TODO';\n"),
        ("go", "// Existing users are kept.\nfunc f() {}\n"),
    ],
)
async def test_ordinary_code_is_let_be(language: str, text: str) -> None:
    verdict = await look(text, language)
    assert verdict.score == 1, verdict.signals[0].detail


@pytest.mark.parametrize("module", [json, pathlib, random, statistics, textwrap])
async def test_the_standard_library_is_let_be(module: Any) -> None:
    verdict = await look(pathlib.Path(module.__file__).read_text(encoding="utf-8"))
    assert verdict.score >= 0.9, verdict.signals[0].detail  # a TODO is a note, not a fault


@pytest.mark.parametrize(
    ("name", "language", "text", "says"),
    [
        ("test_x.py", "python", "@pytest.mark.skip\ndef test_x():\n    assert f() == 1\n", "skipped"),
        ("test_x.py", "python", "def test_x():\n    pass\n    # assert f() == 1\n", "commented out"),
        ("x.test.js", "javascript", "it.skip('adds', () => {});\n", "skipped"),
        ("x.spec.ts", "typescript", "it.only('adds', () => {});\n", "skipped"),
        ("XTest.java", "java", "class XTest {\n  @Disabled\n  @Test void x() {}\n}\n", "skipped"),
        ("x_test.go", "go", "func TestX(t *testing.T) {\n\tt.Skip()\n}\n", "skipped"),
        ("test_x.rs", "rust", "#[ignore]\n#[test]\nfn x() {}\n", "skipped"),
        ("conftest.py", "python", "collect_ignore = ['test_x.py']\n", "deselected"),
    ],
)
async def test_tests_that_do_not_run(name: str, language: str, text: str, says: str) -> None:
    verdict = await look(text, language, name)
    assert says in verdict.signals[0].detail
    assert "nothing found" in (await look(text, language, f"app{pathlib.Path(name).suffix}")).signals[0].detail or says


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skipif(sys.platform == 'win32', reason='no fork')\ndef test_x():\n    assert f() == 1\n",
        "# asserts that the sum is right\ndef test_x():\n    assert f() == 1\n",
    ],
)
async def test_tests_that_run_are_let_be(text: str) -> None:
    assert (await look(text, name="test_x.py")).score == 1


TESTS = "assert fib(1) == 1\nassert fib(5) == 5\nassert fib(7) == 13\n"
CHAIN = """def fib(n):
    if n == 1:
        return 1
    elif n == 5:
        return 5
    elif n == 7:
        return 13
"""
MATCH = """def fib(n):
    match n:
        case 1:
            return 1
        case 5:
            return 5
        case 7:
            return 13
"""


@pytest.mark.parametrize(
    "text",
    [
        CHAIN,
        CHAIN.replace("elif", "if"),
        CHAIN + "    return n * 2\n",
        MATCH,
        "def fib(n):\n    return {1: 1, 5: 5, 7: 13}[n]\n",
        "KNOWN = {1: 1, 5: 5, 7: 13}\n\ndef fib(n):\n    return KNOWN.get(n, 0)\n",
        "def fib(n):\n    return 1 if n == 1 else 5 if n == 5 else 13 if n == 7 else 0\n",
    ],
)
async def test_answers_of_the_examples_rule_out(text: str) -> None:
    for more in ({"tests": TESTS}, {"task": "Fibonacci: fib(1) == 1, fib(5) == 5\nfib(7) -> 13\n"}):
        verdict = await look(text, **more)
        assert (verdict.verdict, verdict.score <= 0.3) == ("fail", True), more
        assert "visible examples" in verdict.reason


RECURSIVE = """def fib(n):
    if n == 1:
        return 1
    if n == 2:
        return 1
    return fib(n - 1) + fib(n - 2)
"""
EVEN = """def even(n):
    if n == 2:
        return True
    if n == 3:
        return False
    return n % 2 == 0
"""


@pytest.mark.parametrize(
    ("text", "tests"),
    [
        (RECURSIVE, "assert fib(1) == 1\nassert fib(2) == 1\nassert fib(7) == 13\n"),
        (
            "ROMAN = {'I': 1, 'V': 5}\n\ndef value(s):\n    return sum(ROMAN[c] for c in s)\n",
            "assert value('I') == 1\nassert value('V') == 5\n",
        ),
        (EVEN, "assert even(2) == True\nassert even(3) == False\n"),
        (
            "def days(month):\n    return {1: 31, 2: 28, 3: 31, 4: 30}[month]\n",
            "assert days(1) == 31\nassert days(2) == 28\nassert days(12) == 31\n",
        ),
    ],
)
async def test_base_cases_and_tables_are_let_be(text: str, tests: str) -> None:
    assert (await look(text, tests=tests)).verdict == "unsure"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", [" " * 190_000, "#\n" * 90_000, "# " * 90_000, "`" * 190_000, "rm " * 60_000, "\n" * 190_000]
)
async def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    for language in ("python", "javascript"):
        assert (await look(text, language)).signals[0].name == "rules"
