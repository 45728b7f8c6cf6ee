"""Is it a program at all: syntax, the entry point that was asked for, and more than a stub of it."""

from __future__ import annotations

from acrouter_mcp.verification import Context, Finding, Submission
from acrouter_mcp.verification.languages import find

STUB = 0.1
"""Ceiling on the score of a solution that lacks what was asked for."""
_DOUBTFUL = 0.5


class AstVerifier:
    """By each language's own grammar; none of them needs its toolchain for that."""

    name = "ast"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if not submission.files:
            return Finding(score=None, detail="a workspace is judged by its command")
        if not any(text.strip() for text in submission.files.values()):
            return Finding(score=0.0, detail="the solution is empty", gate=0.0)
        language = find(context.language)
        if language is None:
            what = f"{context.language} is not spoken here" if context.language else "no code was found in it"
            return Finding(score=None, detail=what)
        found = language.check(submission.files, submission.entry_point)
        if found.missing:
            return Finding(score=0.0, detail=found.missing, gate=STUB)
        if found.error is None:
            return Finding(score=1.0, detail="parses")
        if await _toolchain_accepts(context):
            return Finding(score=1.0, detail="syntax newer than this server's parser; its own toolchain accepts it")
        if found.doubtful:
            return Finding(score=_DOUBTFUL, detail=f"{found.error}; or a macro that was not expanded")
        return Finding(score=0.0, detail=found.error, gate=0.0)


async def _toolchain_accepts(context: Context) -> bool:
    """Whether what the solution is meant for loads what the parser here can't read."""
    if context.runs is None:
        return False
    return (await context.runs.with_tests({})).imported
