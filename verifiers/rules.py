"""What no finished solution has in it: placeholders, refusals, prose or fences, secrets, hard-coded examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.examples import as_tests, examples_in, targets_in
from acrouter_mcp.verification.rules import REFUSAL, Remark, hard_coded, remarks_on, skipped_tests
from acrouter_mcp.verification.runner.plan import defined_names, with_check_called
from acrouter_mcp.verification.submission import TEST_FILE, supplied_tests

_SHORT = 1500


class RulesVerifier:
    """Rules on the text, whatever the language; each costs once."""

    name = "rules"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if not submission.files:
            return Finding(score=None, detail="a workspace is judged by its command")
        if context.language is None:
            return _not_code(submission)
        found: dict[str, tuple[str, Remark]] = {}
        for name, text in submission.files.items():
            for remark in _remarks(name, text, submission, context.language):
                found.setdefault(remark.what, (name, remark))
        score = 1.0 - sum(remark.cost for _, remark in found.values())
        gates = [remark.gate for _, remark in found.values() if remark.gate is not None]
        detail = "; ".join(f"{remark.what} in {name} line {remark.line}" for name, remark in found.values())
        return Finding(score=round(max(score, 0.0), 4), detail=detail or "nothing found", gate=min(gates, default=None))


def _remarks(name: str, text: str, submission: Submission, language: str) -> Iterator[Remark]:
    yield from remarks_on(text, language)
    yield from skipped_tests(name, text, language)
    if language == "python" and submission.form == "program" and not TEST_FILE.match(PurePosixPath(name).name):
        remark = hard_coded(text, _visible(submission, text))
        if remark:
            yield remark


def _visible(submission: Submission, text: str) -> list[str]:
    """Return the assertions that whoever wrote the solution could see: supplied tests, and the task's examples."""
    names = frozenset(defined_names(text))
    examples = examples_in(submission.task or "", names, targets_in(text, submission.entry_point))
    tests = []
    for test in supplied_tests(submission).values():
        try:
            tests.append(with_check_called(test, submission.entry_point))
        except SyntaxError:
            continue
    entry = submission.entry_point or ""
    return [*(t.replace("candidate(", f"{entry}(") if entry else t for t in tests), as_tests(examples)]


def _not_code(submission: Submission) -> Finding:
    """A text that isn't code can still be seen to be no answer."""
    text = "\n".join(submission.files.values())
    if submission.form == "program" and len(text) < _SHORT and REFUSAL.search(text):
        return Finding(score=0.0, detail="a refusal instead of a solution", gate=0.1)
    return Finding(score=None, detail="not code")
