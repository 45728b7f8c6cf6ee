"""Labelled inputs and outputs, sentences and tables as calls of what the solution defines."""

from __future__ import annotations

import pytest

from acrouter_mcp.verification.examples import examples_in, targets_in

TWO_SUM = "def two_sum(nums, target):\n    return []\n"
SQUARE = "def square(x):\n    return x * x\n"
METHOD = "class Solution:\n    def twoSum(self, nums, target):\n        return []\n"


def bodies(task: str, solution: str, names: frozenset[str] = frozenset()) -> list[str]:
    return [example.body for example in examples_in(task, names, targets_in(solution))]


@pytest.mark.parametrize(
    "task",
    [
        "Input: nums = [2, 7], target = 9\nOutput: [0, 1]\nExplanation: 2 + 7 is 9.",
        "**Input:** nums = [2,7], target = 9\n**Output:** [0,1]",
        "Input: nums = [2,7], target = 9 Output: [0,1]",
        "Input: nums = [2,7], target = 9 -> Output: [0,1]",
        "Input:\nnums = [2,7]\ntarget = 9\nOutput:\n[0,1]\n\nThat is all.",
        "Input: [2,7], 9\nOutput: [0,1]",
        "Example 1:\n```\nInput: nums = [2,7], target = 9\nOutput: [0,1]\n```",
        "Example:\n\nInput:\n```json\n[2, 7]\n9\n```\nOutput:\n```json\n[0, 1]\n```",
        "For nums = [2, 7] and target = 9, the output should be [0, 1].",
        "Given `nums = [2, 7], target = 9`, return `[0, 1]`.",
        "If nums = [2,7], target = 9 the result is [0, 1]",
        "| nums | target | Output |\n|---|---:|---|\n| `[2, 7]` | 9 | `[0, 1]` |",
        "| Input | Output |\n| :-- | :-- |\n| nums = [2, 7], target = 9 | [0, 1] |",
        "| Input | Expected |\n|---|---|\n| [2, 7], 9 | [0, 1] |",
        "Input             Output\n[2, 7], 9         [0, 1]",
        "# Input\t\tOutput\n# [2, 7], 9\t[0, 1]",
    ],
)
def test_two_arguments(task: str) -> None:
    found = bodies(task, TWO_SUM)
    assert len(found) == 1, found
    assert found[0] in (
        "assert (two_sum(nums=[2, 7], target=9)) == Like([0, 1])",
        "assert (two_sum([2, 7], 9)) == Like([0, 1])",
    )


@pytest.mark.parametrize(
    ("task", "solution", "body"),
    [
        ("Input: 3\nOutput: 9", SQUARE, "assert (square(3)) == Like(9)"),
        ("Input: x = 1.5\nOutput: 2.25", SQUARE, "assert (square(x=1.5)) == Like(2.25)"),
        ("Input: x = null\nOutput: true", SQUARE, "assert (square(x=None)) == Like(True)"),
        ("Input: nums = [1], target = 2\nOutput: []", METHOD,
         "assert (Solution().twoSum(nums=[1], target=2)) == Like([])"),
        ("Input: word\nOutput: YES", SQUARE, "assert (square('word')) == Like('YES')"),
        ("Input: [[1,null],[2,true]]\nOutput: {\"a\": false}", SQUARE,
         "assert (square([[1, None], [2, True]])) == Like({'a': False})"),
        ("Input: grid = [[1]], size = 2\nOutput: 6", "def fill(cells, capacity):\n    return 1\n",
         "assert (fill([[1]], 2)) == Like(6)"),
        ("Return them in any order.\nInput: 3\nOutput: [1, 2]", SQUARE, "assert (square(3)) == AnyOrder([1, 2])"),
        ("Input: nums = [3, 1]\nOutput: [1, 3]", "def order(nums) -> None:\n    nums.sort()\n",
         "given = [3, 1]\ngot = order(given)\nassert (given if got is None else got) == Like([1, 3])"),
        ("Input: 24\nOutput: 5 # the sum of 2 and 3", SQUARE, "assert (square(24)) == Like(5)"),
    ],
)  # fmt: skip
def test_forms(task: str, solution: str, body: str) -> None:
    assert bodies(task, solution) == [body]


@pytest.mark.parametrize(
    ("task", "solution"),
    [
        ("Input: a list of integers\nOutput: the sum of the list", SQUARE),
        ("Input: root = [1, null, 2]\nOutput: [1, 2]", "def walk(root: TreeNode) -> list[int]:\n    return []\n"),
        ("Input: 3, 4\nOutput: 7", SQUARE),
        ("Input\n\nThe first line contains n.\n\nOutput\n\nPrint it.", SQUARE),
        ("Input: 3\nOutput: 9", SQUARE + TWO_SUM.replace("nums, target", "y")),
        ("For x = 3 the sum is what the output should be", SQUARE),
        ("| Input | Output |\n|---|---|\n", SQUARE),
    ],
)
def test_not_an_example(task: str, solution: str) -> None:
    assert bodies(task, solution) == []


def test_the_entry_point_is_what_is_meant() -> None:
    both = SQUARE + "def cube(x):\n    return x**3\n"
    found = examples_in("Input: 2\nOutput: 8", frozenset(), targets_in(both, "cube"))
    assert [e.body for e in found] == ["assert (cube(2)) == Like(8)"]


def test_named_calls_come_first() -> None:
    task = "square(2) == 4\nInput: 2\nOutput: 4"
    assert bodies(task, SQUARE, frozenset({"square"})) == ["assert (square(2)) == 4"]
