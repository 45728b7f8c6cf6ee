"""What no finished solution has in it: placeholders, refusals, prose or fences, secrets, destructive calls."""

from __future__ import annotations

import re

from acrouter_mcp.verification import Context, Finding, Submission

_RULES: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    ("a placeholder", 0.4, re.compile(
        r"(?im)^[ \t]*(?:#|//|--|/\*)[ \t]*(?:\.\.\.|todo\b|fixme\b|your code|implement (?:me|this|here|the rest)"
        r"|rest of|(?:the )?(?:existing|remaining|other) (?:code|methods?|functions?)|add (?:your|the) )")),
    ("a refusal", 0.6, re.compile(
        r"(?i)\b(?:I(?:'|\u2019)?m sorry,? but|I can(?:no|')t (?:help|assist|provide|write)|as an AI\b"
        r"|I am unable to)")),
    ("a markdown fence", 0.4, re.compile(r"(?m)^[ \t]*(?:```|~~~)")),
    ("prose", 0.3, re.compile(
        r"(?im)^(?:here(?:'|\u2019)s|here is|sure[,!]|certainly[,!]|this (?:code|function|solution) )")),
    ("a secret", 0.3, re.compile(
        r"AKIA[0-9A-Z]{16}|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}"
        r"|\bsk-[A-Za-z0-9_-]{32,}|\bxox[abpr]-[A-Za-z0-9-]{10,}")),
    ("a destructive call", 0.4, re.compile(
        r"rm\s+-[a-z]*[rf][a-z]*[\s\"',]+[/~]|shutil\.rmtree\(\s*['\"][/~]|\bmkfs\.|dd if=\S+ of=/dev/"
        r"|(?i:drop\s+database)|:\(\)\s*\{\s*:\|:")),
)  # fmt: skip


class RulesVerifier:
    """Plain text rules, whatever the language; each costs once."""

    name = "rules"

    async def examine(self, submission: Submission, context: Context) -> Finding:
        """See `Verifier.examine`."""
        if not submission.files:
            return Finding(score=None, detail="a workspace is judged by its command")
        if context.language is None:
            return Finding(score=None, detail="not code")
        found: list[str] = []
        score = 1.0
        for what, penalty, pattern in _RULES:
            for name, text in submission.files.items():
                match = pattern.search(text)
                if match:
                    line = text.count("\n", 0, match.start()) + 1
                    found.append(f"{what} in {name} line {line}")
                    score -= penalty
                    break
        return Finding(score=round(max(score, 0.0), 4), detail="; ".join(found) or "nothing found")
