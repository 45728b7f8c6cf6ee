"""What a test file promises before it runs."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification.runner.plan import main_module, modules_of, plan


@pytest.mark.parametrize(
    ("text", "promised", "needs_pytest"),
    [
        ("assert f(1)\nx = 1\nassert x", ["line 1", "line 3"], False),
        ("assert 1; assert 2", ["line 1", "line 1, column 11"], False),
        ("for i in range(3):\n    assert f(i)", ["line 1"], False),
        ("def test_a(): assert 1\ndef helper(): assert 1", ["test_a"], False),
        ("def check(x): assert x\ncheck(1)\nprint(2)", ["line 2"], False),
        ("def test_a(tmp_path): assert 1", ["test_a"], True),
        ("async def test_a(): assert 1", ["test_a"], True),
        ("import pytest\ndef test_a(): assert 1", ["test_a"], True),
        ("class TestA:\n  def test_b(self): pass\n  def helper(self): pass", ["TestA::test_b"], True),
        ("class TestA:\n  def __init__(self): pass\n  def test_b(self): pass", [], False),
        ("class Helper:\n  def test_b(self): pass", [], False),
        ("import unittest\nclass A(unittest.TestCase):\n  def test_b(self): ...\nclass C(A):\n  def test_d(self): ...",
         ["A::test_b", "C::test_d", "C::test_b"], True),
        ("class TestA:\n  class TestB:\n    def test_c(self): pass", ["TestA::TestB::test_c"], True),
        ("if __name__ == '__main__':\n    assert f(1)", ["line 2"], False),
        ("def test_a(): assert 1\nif __name__ == '__main__':\n    test_a()", ["test_a"], False),
        ("def f():\n  def g():\n    assert 1", [], False),
        ("import unittest\nunittest.main()", [], True),
        ("", [], False),
    ],
)  # fmt: skip
def test_promises(text: str, promised: list[str], needs_pytest: bool) -> None:
    found = plan(text)
    assert list(found.promised) == promised
    assert found.pytest is needs_pytest


@pytest.mark.parametrize("text", ["def f(:", "\0", "\ud800", "(" * 1000])
def test_what_is_not_python_is_a_syntax_error(text: str) -> None:
    with pytest.raises(SyntaxError):
        plan(text)


def test_modules() -> None:
    files = ("a.py", "src/b.py", "pkg/__init__.py", "pkg/c.py", "no-name.py", "data.csv")
    assert set(modules_of(files)) == {"a", "b", "pkg", "pkg.c"}


def test_the_module_that_a_caller_means() -> None:
    assert main_module({"solution.py": "", "other.py": "def f(): ..."}, "f") == "solution.py"
    assert main_module({"other.py": ""}, None) == "other.py"
    assert main_module({"a.py": "", "b.py": "def f(): ..."}, "f") == "b.py"
    assert main_module({"a.py": "", "b.py": ""}, None) is None
