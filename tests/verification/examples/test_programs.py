"""Samples of contest problems: what a program reads and what it must print."""

from __future__ import annotations

import json

import pytest

from acrouter_mcp.verification.examples import Program, programs_in, same_output, written_programs

FORMAT = "Input\n\nThe first line contains two integers.\n\nOutput\n\nPrint the sum of them.\n\n"
SUM = [Program("3 4\n", "7\n")]


@pytest.mark.parametrize(
    "task",
    [
        FORMAT + "Sample Input 1\n\n3 4\n\nSample Output 1\n\n7\n\nThree and four are seven.",
        FORMAT + "Examples\n\nInput\n\n3 4\n\nOutput\n\n7\n\nNote\n\nIt is easy.",
        "Read two numbers.Sample Input 1:\n3 4\n\nSample Output 1:\n\n7\n",
        "Add them.\n\nInput:\n3 4\nOutput:\n7\n",
        "Add them.\n\n### Input\n```\n3 4\n```\n### Output\n```\n7\n```\n",
        "**Example 1**\n\n**Input**\n\n```text\n3 4\n```\n\n**Output**\n\n```text\n7\n```",
        "Example:\nInput: 3 4\nOutput: 7",
        "Sample Input:\n<pre>\n3 4\n</pre>\nSample Output:\n<pre>\n7\n</pre>",
        "stdin:\n3 4\nstdout:\n7",
        "| Input | Output |\n|---|---|\n| `3 4` | `7` |",
    ],
)
def test_one_sample(task: str) -> None:
    assert list(programs_in(task)) == SUM


def test_lines_are_kept() -> None:
    task = "Sample Input 1\n\n2\nab c\n  d\n\nSample Output 1\n\nYES\nNO\n\nThe first is right.\n\n"
    task += "Sample Input 2\n\n0\n\nSample Output 2\n\n-1"
    assert list(programs_in(task)) == [Program("2\nab c\n  d\n", "YES\nNO\n"), Program("0\n", "-1\n")]


def test_where_an_output_may_go_on_its_end_is_open() -> None:
    (program,) = programs_in("Sample Input\n\n1\n\nSample Output\n\n1 2\n\n3 4\n")
    assert program == Program("1\n", "1 2\n", open_end=True)


@pytest.mark.parametrize("task", ["", FORMAT, "Input: an integer n\nOutput: print the square of n", "Output\n\n3\n"])
def test_no_sample(task: str) -> None:
    assert programs_in(task) == ()


@pytest.mark.parametrize(
    "tests",
    [
        json.dumps([{"input": "3 4", "output": "7"}]),
        json.dumps({"inputs": ["3 4\n"], "outputs": ["7\n"]}),
        json.dumps([{"stdin": "3 4", "expected_output": "7"}]),
        "Input:\n3 4\nOutput:\n7",
    ],
)
def test_written_as_tests(tests: str) -> None:
    assert list(written_programs(tests)) == SUM


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("7\n", "7", True),
        ("1 2\n3", "1  2 \r\n3\n\n", True),
        ("1\n2", "1 2", False),
        ("0.3333", "0.33330001", True),
        ("0.3333", "0.34", False),
        ("7", "7.0", False),
        ("YES", "Yes", False),
        ("", "x", False),
    ],
)
def test_the_same_output(expected: str, got: str, same: bool) -> None:
    assert same_output(expected, got) is same


def test_freedoms_of_an_output() -> None:
    assert same_output("YES", "yes", any_case=True)
    assert same_output("1\n2", "1\n2\n3", open_end=True)
    assert not same_output("1\n2", "1", open_end=True)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["Input: " * 50_000, "Input:\n" * 50_000, "|" * 200_000, "Input:" + " " * 400_000 + "Output:"]
)
def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    assert len(programs_in(text)) <= 40
