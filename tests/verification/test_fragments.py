"""Fragments are judged in the task's own code; whole programs are left alone."""

from __future__ import annotations

import pytest

from acrouter_mcp.types import Dimension
from acrouter_mcp.verification import Submission
from acrouter_mcp.verification.fragments import completed

BEGUN = 'def add(a, b):\n    """Add two numbers."""\n'
WHOLE = f"{BEGUN}    return a + b\n"


def whole(task: str, text: str, language: str | None = None, **more: object) -> str | None:
    submission = Submission(files={"solution.py": text}, task=task, language=language, **more)  # type: ignore[arg-type]
    done = completed(submission)
    return done.files["solution.py"] if done.notes else None


@pytest.mark.parametrize("text", ["    return a + b\n", "return a + b", "\n    return a + b\n\n"])
@pytest.mark.parametrize("task", [BEGUN, f"Complete this:\n\n{BEGUN}", f"Complete this:\n```python\n{BEGUN}```\n"])
def test_a_body_behind_what_was_begun(task: str, text: str) -> None:
    assert (whole(task, text) or "").split() == WHOLE.split()


@pytest.mark.parametrize(
    ("task", "text", "result"),
    [
        ("def f(xs):\n    n = 0\n    for x in xs:\n        <FILL_ME>\n    return n\n", "n += x",
         "def f(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n\n"),
        ("<fim_prefix>def f(x):\n    return <fim_suffix> + 1\n<fim_middle>", "x * 2",
         "def f(x):\n    return x * 2 + 1\n"),
        ("Before:\n```python\ndef f(x):\n```\nAfter:\n```python\n    return y\n```\n", "    y = x + 1",
         "def f(x):\n    y = x + 1\n    return y\n"),
        ("class Box:\n    def get(self):\n        '''Get.'''\n", "return self.x",
         "class Box:\n    def get(self):\n        '''Get.'''\n        return self.x\n"),
        ("def f(x):\n    '''Doc.'''\ny = x + 1\n    if y:\n", "        y += 1\n    return y",
         "def f(x):\n    '''Doc.'''\n    y = x + 1\n    if y:\n        y += 1\n    return y\n"),
    ],
)  # fmt: skip
def test_a_hole(task: str, text: str, result: str) -> None:
    found = whole(task, text, dimension=Dimension.CODE_COMPLETION)
    assert found is not None
    assert found.strip() == result.strip()


def test_helpers_of_the_task_come_along() -> None:
    task = "def twice(x):\n    return 2 * x\n\n\ndef f(x):\n    '''Use twice.'''\n"
    found = whole(task, "def f(x):\n    return twice(x) + 1\n")
    assert found is not None
    scope: dict[str, object] = {}
    exec(found, scope)  # noqa: S102
    assert scope["f"](2) == 5  # type: ignore[operator]


@pytest.mark.parametrize(
    ("language", "task", "text"),
    [
        ("cpp", "Add them.\n```cpp\nint add(int a, int b) {\n```", "    return a + b;\n}"),
        ("cpp", "// Adds.\nint add(int a, int b) {\n", "    return a + b;"),
        ("java", "class Solution {\n    public int add(int a, int b) {\n", "        return a + b;\n    }\n}"),
        ("javascript", "function add(a, b) {\n  // TODO: complete\n}\n", "  return a + b;"),
        ("go", "package main\n\nfunc add(a int, b int) int {\n", "\treturn a + b\n"),
        ("rust", "/// Adds.\nfn add(a: i32, b: i32) -> i32 {\n", "    a + b\n}"),
    ],
)
def test_languages_with_braces(language: str, task: str, text: str) -> None:
    found = whole(task, text, language)
    assert found is not None
    assert found.count("{") == found.count("}")
    assert "a + b" in found
    assert "add(" in found


@pytest.mark.parametrize(
    ("task", "text", "language", "dimension"),
    [
        (BEGUN, WHOLE, None, None),
        (BEGUN, "def add(a, b):\n    return a + b\n", None, None),
        ("Write add(a, b).", "def add(a, b:\n    return a", None, None),
        ("Write add(a, b).", "return a + b", None, None),
        ("Refactor:\n\ndef old(x):\n    return x\n\ndef other(x):\n    return 1\n", "def new(x):\n    return x\n", None,
         Dimension.CODE_REFACTORING),
        ("Mend:\n\ndef f(x):\n    # TODO: check x\n    return x\n\ndef g():\n    return 1\n",
         "def f(x):\n    return x\n", None, Dimension.BUG_FIXING),
        ("int add(int a, int b) {\n", "int add(int a, int b) { return a + b; }", "cpp", None),
        ("int add(int a, int b) {\n", "return a + (b;", "python", None),
        (BEGUN, "", None, None),
    ],
)  # fmt: skip
def test_what_is_no_fragment_is_left_alone(
    task: str, text: str, language: str | None, dimension: Dimension | None
) -> None:
    assert whole(task, text, language, dimension=dimension) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "task", ["____" * 20_000, "def f(\n" * 10_000, "<fim_prefix>" * 5_000, "{" * 60_000, "```\n" * 20_000]
)
def test_hostile_tasks_take_no_time_to_speak_of(task: str) -> None:
    for language in (None, "cpp"):
        whole(task, "return 1", language)
