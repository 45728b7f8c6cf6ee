"""The signals that run something, one at a time."""

from __future__ import annotations

from typing import Any

import pytest
from acrouter_mcp.verifiers.execution import ExecutionVerifier
from acrouter_mcp.verifiers.prompt_tests import PromptTestsVerifier
from acrouter_mcp.verifiers.tests import TestsVerifier

from acrouter_mcp import types
from acrouter_mcp.verification import Engine, Submission, Verifier

pytestmark = pytest.mark.anyio

GOOD = "def double(x):\n    return 2 * x\n"


@pytest.fixture(autouse=True)
def _sandbox() -> None:
    if Engine().isolation().tier != "bwrap":
        pytest.skip("nothing contains foreign code here")


async def look(verifier: Verifier, text: str, **more: Any) -> types.Verdict:
    engine = Engine(verifiers={verifier.name: verifier})
    submission = Submission(files={"solution.py": text}, language="python", **more)
    return await engine.verify(submission, timeout_s=10)


async def test_execution_is_a_gate_without_a_weight() -> None:
    good = await look(ExecutionVerifier(), GOOD)
    assert (good.verdict, good.signals[0].score, good.signals[0].weight) == ("unsure", 1.0, 0.0)
    bad = await look(ExecutionVerifier(), "raise ValueError('boom')\n")
    assert (bad.verdict, bad.score <= 0.1) == ("fail", True)
    assert "boom" in bad.reason


async def test_a_script_that_ends_well_is_no_defect_until_something_imports_it() -> None:
    script = f"{GOOD}print(double(2))\nraise SystemExit(0)\n"
    assert (await look(ExecutionVerifier(), script)).verdict == "unsure"
    tests = "from solution import double\nassert double(1) == 2\n"
    assert (await look(ExecutionVerifier(), script, tests=tests)).verdict == "fail"


async def test_supplied_tests_decide() -> None:
    good = await look(TestsVerifier(), GOOD, tests="assert double(2) == 4\n")
    assert (good.verdict, good.score) == ("pass", 1.0)
    none = await look(TestsVerifier(), "def double(x):\n    return 0\n", tests="assert double(2) == 4\n")
    assert (none.verdict, none.score <= 0.1) == ("fail", True)


async def test_examples_in_the_task_never_gate() -> None:
    bad = await look(
        PromptTestsVerifier(), "def double(x):\n    return x + 1\n", task=">>> double(1)\n2\n>>> double(5)\n10"
    )
    assert (bad.verdict, bad.score, bad.tests.passed) == ("fail", 0.5, 1)


SAMPLE = "Double it.\n\nSample Input 1\n\n2\n\nSample Output 1\n\n4\n\nSample Input 2\n\n3\n\nSample Output 2\n\n6\n"


async def test_programs_are_run_on_the_samples() -> None:
    good = await look(PromptTestsVerifier(), "print(2 * int(input()))\n", task=SAMPLE)
    assert (good.verdict, good.integrity, good.tests.passed) == ("pass", "split", 2)
    bad = await look(PromptTestsVerifier(), "import sys\nprint(int(sys.stdin.read()) + 2)\n", task=SAMPLE)
    assert (bad.verdict, bad.score, bad.tests.failed) == ("fail", 0.5, 1)
    assert bad.tests.failures[0].message == "for input '3' expected output '6', got '5'"
    raises = await look(PromptTestsVerifier(), "n = int(input())\nprint(n / 0)\n", task=SAMPLE)
    assert "ZeroDivisionError: division by zero (solution.py line 2)" in raises.tests.failures[0].message
    lacks = await look(PromptTestsVerifier(), "import no_such_thing\nprint(2 * int(input()))\n", task=SAMPLE)
    assert (lacks.verdict, lacks.environment_fault) == ("unsure", True)


async def test_where_a_task_has_several_answers_another_one_says_nothing() -> None:
    task = SAMPLE + "\nIf there are multiple answers, print any of them."
    other = await look(PromptTestsVerifier(), "print(int(input()) + 2)\n", task=task)
    assert (other.verdict, other.tests.passed, other.tests.failed) == ("pass", 1, 0)


async def test_samples_may_stand_where_tests_do() -> None:
    tests = '[{"input": "2", "output": "4"}, {"input": "3", "output": "6"}]'
    good = await look(TestsVerifier(), "print(2 * int(input()))\n", tests=tests)
    assert (good.verdict, good.tests.passed) == ("pass", 2)
    bad = await look(TestsVerifier(), "print(int(input()))\n", tests="Input:\n2\nOutput:\n4\n")
    assert (bad.verdict, bad.score <= 0.1) == ("fail", True)


async def test_examples_of_other_functions_are_left_alone() -> None:
    verdict = await look(PromptTestsVerifier(), GOOD, task="sorted([2, 1]) -> [1, 3] and half(2) == 7")
    assert verdict.signals[0].score is None
