# ruff: noqa: E501 - programs, one a line
"""Solutions that have a hand in what their answers are compared with: arguments that they change, objects of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from acrouter_mcp import types

pytestmark = pytest.mark.anyio

Judge = Callable[..., Awaitable[types.Verdict]]

SORTED = "from solution import f\nd = [3, 1, 2]\nassert f(d) == sorted(d)\n"
SORTED_PYTEST = "from solution import f\ndef test_it():\n    d = [3, 1, 2]\n    assert f(d) == sorted(d)\n"
SORTED_LATER = "from solution import f\ndef test_it():\n    d = [3, 1, 2]\n    r = f(d)\n    want = sorted(d)\n    assert r == want\n"
SORTED_UNITTEST = "import unittest\nfrom solution import f\nclass T(unittest.TestCase):\n    def setUp(self):\n        self.d = [3, 1, 2]\n    def test_it(self):\n        self.assertEqual(f(self.d), sorted(self.d))\n"
TOTAL = "from solution import f\nd = {'a': 1, 'b': 2}\nassert f(d) == sum(d.values())\n"
LOOP = "from solution import f\ndef test_it():\n    d = [3, 1, 2]\n    r = f(d)\n    for i, y in enumerate(sorted(d)):\n        assert r[i] == y\n"
ALL = "from solution import f\ndef test_it():\n    d = [3, 1, 2]\n    r = f(d)\n    assert all(r[i] == y for i, y in enumerate(sorted(d)))\n"
HELPER = "from solution import f\ndef check(d):\n    assert f(d) == sorted(d)\ncheck([3, 1, 2])\ncheck([5, 4])\n"
NESTED = "from solution import f\nd = {'xs': [3, 1, 2]}\nassert f(d) == sorted(d['xs'])\n"
POINT = "from solution import Point\nassert Point(1, 2) + Point(1, 1) == Point(2, 3)\n"
POINT_NAMED = (
    "from solution import Point\ndef test_it():\n    want = Point(2, 3)\n    assert Point(1, 2) + Point(1, 1) == want\n"
)
POINT_LIST = "from solution import Point\ndef test_it():\n    assert [Point(1, 2) + Point(1, 1)] == [Point(2, 3)]\n"
POINT_UNITTEST = "import unittest\nfrom solution import Point\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(Point(1, 2) + Point(1, 1), Point(2, 3))\n"
POINT_FUNCTION = "from solution import Point, middle\nassert middle(Point(0, 0), Point(4, 6)) == Point(2, 3)\n"
POINT_IN = "from solution import Point\nassert Point(1, 2) + Point(1, 1) in [Point(2, 3)]\n"
POINT_LESS = "from solution import Point\nassert Point(1, 2) < Point(2, 3)\n"

GOOD_SORT = "def f(d): return sorted(d)\n"
EMPTIES = "def f(d):\n    d.clear()\n    return []\n"
GOOD_POINT = """
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return Point(self.x + o.x, self.y + o.y)
    def __eq__(self, o): return isinstance(o, Point) and (self.x, self.y) == (o.x, o.y)
    def __lt__(self, o): return (self.x, self.y) < (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
def middle(a, b): return Point((a.x + b.x) // 2, (a.y + b.y) // 2)
"""
SAME = "(self.x, self.y) == (o.x, o.y)"
ANY_POINT = GOOD_POINT.replace(SAME, "True").replace("self.x + o.x", "0").replace("(a.x + b.x) // 2", "9").replace(
    "(self.x, self.y) < (o.x, o.y)", "True"
)  # fmt: skip
SNEAKY_POINT = ANY_POINT.replace("isinstance(o, Point) and True", "type(o).__name__ == 'Point'")
WRONG_POINT = GOOD_POINT.replace("self.x + o.x", "self.x - o.x").replace("(a.x + b.x) // 2", "a.x").replace(
    "(self.x, self.y) < (o.x, o.y)", "(self.x, self.y) > (o.x, o.y)"
)  # fmt: skip

ATTACKS = {
    "empties its argument": (SORTED, EMPTIES),
    "empties it, pytest": (SORTED_PYTEST, EMPTIES),
    "empties it, unittest": (SORTED_UNITTEST, EMPTIES),
    "empties it, asked later": (SORTED_LATER, EMPTIES),
    "empties it for a loop": (LOOP, EMPTIES),
    "empties it for all()": (ALL, EMPTIES),
    "empties it in a helper": (HELPER, EMPTIES),
    "empties what it holds": (NESTED, "def f(d):\n    d['xs'].clear()\n    return []\n"),
    "fills it with one value": (SORTED, "def f(d):\n    d[:] = [0, 0, 0]\n    return [0, 0, 0]\n"),
    "leaves only the first": (SORTED, "def f(d):\n    del d[1:]\n    return [3]\n"),
    "empties a table": (TOTAL, "def f(d):\n    d.clear()\n    return 0\n"),
    "equal to its own kind": (POINT, ANY_POINT),
    "equal to its own kind, by name": (POINT, SNEAKY_POINT),
    "equal to a named one": (POINT_NAMED, ANY_POINT),
    "equal in a list": (POINT_LIST, ANY_POINT),
    "equal for unittest": (POINT_UNITTEST, ANY_POINT),
    "equal out of a function": (POINT_FUNCTION, ANY_POINT),
    "equal to a member": (POINT_IN, ANY_POINT),
    "less than its own kind": (POINT_LESS, ANY_POINT),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_the_solution_has_a_hand_in_proves_nothing(judge: Judge, attack: str) -> None:
    tests, solution = ATTACKS[attack]
    verdict = await judge(solution, tests)
    assert verdict.verdict != "pass", verdict
    assert verdict.integrity.startswith("split"), "judged apart, not given up on"
    if verdict.verdict == "unsure":
        assert "holds" in verdict.reason


IN_PLACE = "from solution import f\ndef test_it():\n    d = [3, 1, 2]\n    f(d)\n    assert d == [1, 2, 3]\n"
IN_PLACE_RETURNED = "from solution import f\ndef test_it():\n    d = [3, 1, 2]\n    r = f(d)\n    assert r == d\n    assert d == [1, 2, 3]\n"
LENGTH = "from solution import f\ndef test_it():\n    d = [1, 1, 2]\n    n = f(d)\n    assert n == 2\n    assert d[:n] == [1, 2]\n"
DRAIN = "from solution import f\ndef test_it():\n    d = [1, 2]\n    assert f(d) == 2 and d == [1]\n"
RANGE = "class Range:\n    def __init__(self, a, b): self.a, self.b = a, b\n    def __contains__(self, o):\n        return self.a <= o.a and o.b <= self.b if isinstance(o, Range) else self.a <= o <= self.b\n"
PERCENT = (
    "class Percent:\n    def __init__(self, n): self.n = min(n, 100)\n    def __eq__(self, o): return self.n == o.n\n"
)
HONEST = {
    **{name: (tests, GOOD_SORT, "def f(d): return sorted(d)[:-1] + [9]\n") for name, tests in {
        "sorted": SORTED, "pytest": SORTED_PYTEST, "unittest": SORTED_UNITTEST, "later": SORTED_LATER, "loop": LOOP, "all": ALL, "helper": HELPER,
    }.items()},
    "sorts in place and returns it": (SORTED, "def f(d):\n    d.sort()\n    return d\n", "def f(d):\n    d.sort()\n    return d[1:]\n"),
    "a table": (TOTAL, "def f(d): return sum(d.values())\n", "def f(d): return len(d)\n"),
    "in place": (IN_PLACE, "def f(d): d.sort()\n", "def f(d): d.reverse()\n"),
    "in place, and returned": (IN_PLACE_RETURNED, "def f(d):\n    d.sort()\n    return d\n", "def f(d):\n    d.reverse()\n    return d\n"),
    "a new length": (LENGTH, "def f(d):\n    d[:] = sorted(set(d))\n    return len(d)\n", "def f(d): return len(set(d))\n"),
    "takes the last": (DRAIN, "def f(d): return d.pop()\n", "def f(d): return d[-1]\n"),
    **{name: (tests, GOOD_POINT, WRONG_POINT) for name, tests in {
        "a point": POINT, "a point by name": POINT_NAMED, "points in a list": POINT_LIST, "points for unittest": POINT_UNITTEST,
        "a point out of a function": POINT_FUNCTION, "a point in a list": POINT_IN, "a lesser point": POINT_LESS,
    }.items()},
    "the same object": ("from solution import f\nd = [2, 1]\nassert f(d) is d\nassert d == [1, 2]\n", "def f(d):\n    d.sort()\n    return d\n", "def f(d): return sorted(d)\n"),
    "within bounds": ("from solution import Range\nassert 5 in Range(1, 9)\nassert Range(2, 3) in Range(1, 9)\n", RANGE, RANGE.replace("<= o", "> o")),
    "clamped": ("from solution import Percent\nassert Percent(150) == Percent(100)\nassert Percent(7) != Percent(8)\n", PERCENT, PERCENT.replace("100", "200")),
    "a projection": ("from solution import Point, shadow\nassert Point(0, 2) == shadow(Point(5, 2))\nassert Point(0, 0) == shadow(Point(0, 0))\n", GOOD_POINT + "def shadow(p): return Point(0, p.y)\n", GOOD_POINT + "def shadow(p): return p\n"),
    "constant beside a change": ("from solution import clamp, f\nd = [2, 1]\nassert f(d) == 2\nassert d == [1, 2]\nassert clamp(300) == clamp(255)\n", "def clamp(x): return min(x, 255)\ndef f(d):\n    d.sort()\n    return len(d)\n", "def clamp(x): return x\ndef f(d): return len(d)\n"),
    "a dataclass": (POINT_FUNCTION, "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n    y: int\ndef middle(a, b): return Point((a.x + b.x) // 2, (a.y + b.y) // 2)\n", WRONG_POINT),
}  # fmt: skip


@pytest.mark.parametrize("shape", HONEST)
async def test_honest_shapes_keep_their_verdicts(judge: Judge, shape: str) -> None:
    tests, good, wrong = HONEST[shape]
    passed, failed = await judge(good, tests), await judge(wrong, tests)
    assert passed.verdict == "pass", passed
    assert failed.verdict == "fail", failed
