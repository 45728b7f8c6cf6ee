"""What ruff finds: undefined names and errors that no program should have; security hints as advice only.

Measured on labelled solutions: `E9,F63,F7,F82` flag .5 % of the good and 9 % of the wrong ones, `S` as many good as
wrong, style nothing: so the first costs score, the second is told, the third isn't asked.
"""

from __future__ import annotations

import subprocess
from pathlib import PurePosixPath

import anyio
from pydantic import BaseModel, TypeAdapter
from ruff import find_ruff_bin

from acrouter_mcp.verification import Context, Finding, Submission

_MAX_FILES = 20
_TIMEOUT_S = 10.0
_PENALTY = 0.25
_ADVICE = 3


class _Place(BaseModel):
    row: int


class _Complaint(BaseModel):
    code: str | None
    message: str
    location: _Place


_COMPLAINTS = TypeAdapter(list[_Complaint])


class LintVerifier:
    """Ruff over standard input; about 10 ms a file."""

    name = "lint"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        files = {n: t for n, t in submission.files.items() if PurePosixPath(n).suffix == ".py"}
        if context.language != "python" or not files:
            return Finding(score=None, detail="only Python is linted")
        errors: list[str] = []
        advice: list[str] = []
        with anyio.fail_after(_TIMEOUT_S):
            for name, text in list(files.items())[:_MAX_FILES]:
                for complaint in await _check(name, text):
                    line = f"{name} line {complaint.location.row}: {complaint.message}"
                    is_advice = (complaint.code or "").startswith("S")
                    (advice if is_advice else errors).append(line)
        score = max(0.0, 1.0 - _PENALTY * len(errors))
        hint = f"; worth a look: {'; '.join(advice[:_ADVICE])}" if advice else ""
        return Finding(score=score, detail=("; ".join(errors[:_ADVICE]) or "nothing found") + hint)


async def _check(name: str, text: str) -> list[_Complaint]:
    """Return ruff's complaints on one file; raises OSError if ruff can't be run, ValueError if it isn't understood."""
    # S101: asserts belong into solutions; invalid-syntax complaints have no code of the selection
    command = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--output-format=json", "--exit-zero", "--quiet",
               "--select=E9,F63,F7,F82,S", "--ignore=S101,S311", f"--stdin-filename={name}", "-"]  # fmt: skip
    done = await anyio.run_process(
        command, input=text.encode("utf-8", "replace"), stderr=subprocess.DEVNULL, check=False
    )
    return _COMPLAINTS.validate_json(done.stdout or b"[]")
