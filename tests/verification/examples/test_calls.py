"""Examples in a task's own words."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification.examples import as_tests, examples_in

NAMES = frozenset({"f", "g", "Box"})


@pytest.mark.parametrize(
    ("task", "bodies"),
    [
        (">>> f(1)\n2\n>>> f(2)\n3", ["assert (f(1)) == 2", "assert (f(2)) == 3"]),
        ('def f(x):\n    """Adds one.\n    >>> f(1)\n    2\n    """', ["assert (f(1)) == 2"]),
        (">>> f(1)\n2\nAnd so on.", ["assert (f(1)) == 2"]),
        (">>> f(1) == 2", ["assert f(1) == 2"]),
        (">>> f('a')\n'b'", ["assert (f('a')) == 'b'"]),
        (">>> f(2)\n1.41", ["assert (f(2)) == Close(1.41)"]),
        (">>> b = Box(1)\n>>> b.x\n1", ["b = Box(1)\nassert (b.x) == 1"]),
        (">>> f(-1)\nTraceback (most recent call last):\n    ...\nValueError: no",
         ["try:\n    f(-1)\nexcept ValueError:\n    pass\nelse:\n    assert False, 'did not raise ValueError'"]),
        ("assert f(1) == 2\nassert h(1) == 2", ["assert f(1) == 2"]),
        ("Example: f(1) -> 2.", ["assert (f(1)) == 2"]),
        ("f([1, 2]) => [2, 3]  # one more", ["assert (f([1, 2])) == [2, 3]"]),
        ("`f('a, (b')` returns `'c'`", ["assert (f('a, (b')) == 'c'"]),
        ("f(3) should return true", ["assert (f(3)) == True"]),
        ("For example, f(5, 19) ->19 - 5 - 6 = 8", ["assert (f(5, 19)) == 8"]),
        (">>> f(1) ➞ 2", ["assert (f(1)) == 2"]),
        ("# >>> f(1)\n# 2", ["assert (f(1)) == 2"]),
        ("// >>> f([1])\n// [true, null]", ["assert (f([1])) == [True, None]"]),
        ("> f(1)\n2", ["assert (f(1)) == 2"]),
        ("print(f(1))  # 2", ["assert (f(1)) == 2"]),
        ("console.log(f(1)); // => 2", ["assert (f(1)) == 2"]),
        ("f(1)\n# => 2", ["assert (f(1)) == 2"]),
        ("`f(1)`\nOutput: `2`", ["assert (f(1)) == 2"]),
        ("f(3) is 7.", ["assert (f(3)) == 7"]),
        ("f(1) → {\"a\": null}", ["assert (f(1)) == {'a': None}"]),
        ("```python\n>>> f(1)  # one\n2\n```", ["assert (f(1)) == 2"]),
        ("| call | result |\n|---|---|\n| `f(1)` | `2` |", ["assert (f(1)) == Like(2)"]),
    ],
)  # fmt: skip
def test_found(task: str, bodies: list[str]) -> None:
    assert [example.body for example in examples_in(task, NAMES)] == bodies


@pytest.mark.parametrize(
    "task",
    [
        "",
        "Write f(x) that returns x + 1.",
        "f(n) -> 2 * n",
        "f(n) = f(n - 1) + f(n - 2)\nf(1) = 1",
        "sorted([2, 1]) -> [1, 2]",
        "f(1) -> ('x')",
        "f(1) -> 2x",
        "f(3) is 7 digits long",
        "f(1) // 2 is what you want",
        "f(1",
        ">>> for\n2",
        "\0\ud800 f(1) -> ",
        "f(" * 400,
    ],
)
def test_not_an_example(task: str) -> None:
    assert examples_in(task, NAMES) == ()


def test_they_make_one_test_each() -> None:
    text = as_tests(examples_in("f(1) -> 2\nf(2) -> 3.5", NAMES))
    compile(text, "tests", "exec")
    assert text.count("def test_example_") == 2


def test_many_are_cut() -> None:
    assert len(examples_in("\n".join(f"f({i}) -> {i}" for i in range(500)), NAMES)) == 40


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["f(" * 200_000, "f(1) -> " * 50_000, ">>> f(1)\n" * 50_000, "f(1)" + " " * 400_000])
def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    assert len(examples_in(text, NAMES)) <= 40
