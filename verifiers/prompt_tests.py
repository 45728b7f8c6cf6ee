"""The examples in the task's own words, run like tests. Published examples are sometimes wrong: never a gate."""

from __future__ import annotations

from dataclasses import replace

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.examples import Example, as_tests, examples_in
from acrouter_mcp.verification.judging import finding_of
from acrouter_mcp.verification.runner.plan import defined_names, main_module

_FILE = "test_of_the_task.py"


class PromptTestsVerifier:
    """Python only; examples count that call something which the solution defines."""

    name = "prompt_tests"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if context.runs is None or context.language != "python" or not submission.task:
            return Finding(score=None, detail="no examples to run")
        examples = _examples(submission)
        if not examples:
            return Finding(score=None, detail="no examples in the task's words")
        finding = finding_of(await context.runs.with_tests({_FILE: as_tests(examples)}))
        detail = finding.detail.replace("tests passed", "examples in the task's words passed")
        return replace(finding, gate=None, detail=detail)


def _examples(submission: Submission) -> tuple[Example, ...]:
    module = main_module(submission.files, submission.entry_point)
    if module is None or not submission.task:
        return ()
    return examples_in(submission.task, frozenset(defined_names(submission.files[module])))
