"""Placeholders, refusals, prose, fences, secrets, destructive calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from acrouter_mcp.verification.rules.layers import Layers, layers
from acrouter_mcp.verification.rules.model import Remark


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)


_SCANNED = 60_000
_NOT = r"(?:can(?:no|'|\u2019)t|(?:'m|\u2019m| am) (?:unable|not able) to|won(?:'|\u2019)t|will not|must decline to)"
_HELP = r"(?:help|assist|provide|write|comply|complete|fulfil|create|generate|continue|answer|access)"
REFUSAL = _any(
    rf"\bI(?:'m|\u2019m| am) (?:sorry|afraid),? (?:but )?I ?{_NOT}\b",
    rf"\bI ?{_NOT} {_HELP}\b",
    r"\bas an AI(?: language)? (?:model|assistant)\b",
)
_UNIT = r"(?:code|implementation|class|functions?|file|methods?|logic|modules?|tests?)"
_MARK = r"(?:#|//|--|/\*|\*)[ \t]{0,9}"
_END = r"[ \t]{0,9}[.!:)]{0,4} ?(?:\.\.\.|\u2026)? ?(?:\*/)?[ \t]{0,99}$"
_LEFT_OUT = _any(
    r"(?:\.\.\.|\u2026) ?\(?(?:the )?(?:rest|existing|remaining|other|same|previous|more|your|unchanged|omitted)\b",
    rf"{_MARK}\(?(?:the )?(?:rest|remainder) of (?:the |your |this )?(?:\w+ )?{_UNIT}"
    rf"(?: (?:goes |is |are )?(?:here|remains?|unchanged|omitted|the same)[^\n]*)?{_END}",
    rf"{_MARK}\(?(?:the |your )?(?:existing|previous|remaining|other|original) {_UNIT}"
    rf"(?: (?:goes |is |are )?(?:here|remains?|stays?|unchanged|omitted|the same)[^\n]*)?{_END}",
    r"\b(?:omitted|left out|skipped|shortened) for brevity",
    rf"{_MARK}\(?(?:same as (?:before|above|in the original)|remains? (?:the same|unchanged)){_END}",
    r"\b(?:your|actual|real) (?:code|implementation|logic|solution) (?:goes )?here\b",
    r"\binsert (?:your )?(?:code|logic) here",
)
_UNFINISHED = _any(
    rf"{_MARK}(?:TODO|FIXME|TBD)?[ :-]{{0,4}}(?:implement|complete|add|write|fill in|finish)"
    rf" (?:(?:me|this|here|it){_END}|(?:your|actual|real|proper) "
    r"|the (?:rest|logic|function|method|body|implementation)\b)",
    rf"{_MARK}(?:this is |just |only )?(?:a |an )?(?:placeholder|dummy|mock|stub(?:bed)?|fake|simplified)"
    rf"(?: (?:implementation|logic|version|for now|(?:return |)(?:value|result|data){_END})|{_END})",
    rf"{_MARK}(?:TODO|FIXME|TBD){_END}",
    rf"{_MARK}(?:not (?:yet )?implemented|left as an exercise|to be (?:implemented|done|completed){_END})",
)
_TODO = _any(rf"{_MARK}(?:TODO|FIXME)\b")
_FENCE = _any(r"^[ \t]*(?:```|~~~)")
_PROSE = _any(
    r"^(?:here(?:'|\u2019)s|here (?:is|are)|sure[,!]|certainly[,!]|of course[,!]|explanation:|note that|in summary,?"
    r"|let me (?:know|explain)|I(?:'|\u2019)ve|I have|hope this|output:|example usage:"
    r"|(?:this|the above|the following|the) (?:code|function|solution|implementation|script|program|approach))"
    r"(?: [^;{}=\n]*[^;{}=\s,]|)$",
    r"^\*\*[A-Z][^*\n]+\*\*:?$",
)
_SECRET = re.compile(
    "|".join(
        (
            r"\bAKIA(?!\w*EXAMPLE)[0-9A-Z]{16}\b",
            r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s|\\r)*[A-Za-z0-9+/=]{40}",
            r"\bgh[pousr]_[A-Za-z0-9]{36}",
            r"\bgithub_pat_\w{22,}",
            r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}",
            r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
            r"\bAIza[0-9A-Za-z_-]{35}\b",
            r"\b[sr]k_live_[0-9A-Za-z]{20,}",
            r"\bglpat-[\w-]{20}\b",
            r"\bhf_[A-Za-z]{34}\b",
            r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
        )
    )
)
_NAMED_SECRET = _any(
    r"\b(?:api[_-]?key|secret(?:[_-]?key)?|access[_-]?token|auth[_-]?token|password|passwd)\b['\"]?\s*[:=]+\s*['\"]"
    r"(?P<value>[A-Za-z0-9+/_=!@#$%^&*-]{16,})['\"]"
)
_NO_SECRET = _any(
    "example", "your", "xxx", "test", "dummy", "change", "placeholder", "sample", "secret", "password", "1234567"
)
_ROOT = r"(?:/(?!tmp|var/tmp|\w+/\w)|~|\$\{?HOME|\*|\.(?:[\s\"']|$))"
_OPTIONS = r"(?:-{1,2}[\w-]+\s+)*"
_DESTRUCTIVE = _any(
    rf"\brm\s+{_OPTIONS}-(?:[a-z]*r[a-z]*f|[a-z]*f[a-z]*r)[a-z]*\s+{_OPTIONS}[\"']?{_ROOT}",
    r"\brmtree\(\s*(?:['\"](?:/(?!tmp|var/tmp)|~|[A-Z]:\\)|os\.path\.expanduser\(\s*['\"]~|Path\.home\(\)|os\.environ\[['\"]HOME)",
    r"\bmkfs(?:\.\w+)?\s+(?:-\w+\s+)*/dev/",
    r"\bdd\s+[^\n]*\bof=/dev/[shnv]",
    r">\s*/dev/[shnv]d[a-z]",
    r":\(\)\s*\{\s*:\s*\|\s*:",
    r"\bchmod\s+-R\s+[0-7]{3,4}\s+/(?:\s|$|['\"])",
    r"\bkill\s+-9\s+-1\b",
    r"\bformat\s+[a-z]:\s*/",
    r"\bdel\s+/[sfq]\b[^\n]*[a-z]:\\",
    r"\b(?:rmSync|rm|rmdir|rmdirSync|rimraf(?:\.sync)?|remove_dir_all|RemoveAll)\(\s*['\"](?:/|~|[A-Z]:\\\\)['\"]",
    r"Remove-Item\s+[^\n]*-Recurse[^\n]*(?:[A-Z]:\\|/|~|\$HOME)(?:['\"\s]|$)",
    r"\bdrop\s+(?:database|schema)\s+(?!if\s+exists\s+\w*(?:test|tmp|temp))\w",
)


def _secret(_: Layers, text: str) -> re.Match[str] | None:
    plain = _SECRET.search(text)
    if plain:
        return plain
    for match in _NAMED_SECRET.finditer(text):
        value = match["value"]
        mixed = re.search(r"\d", value) and re.search(r"[a-z]", value) and re.search(r"[A-Z]", value)
        if mixed and not _NO_SECRET.search(value):
            return match
    return None


_RULES: tuple[tuple[str, float, Callable[[Layers, str], re.Match[str] | None]], ...] = (
    ("code that was left out", 0.6, lambda f, _: _LEFT_OUT.search(f.comments)),
    ("a placeholder", 0.4, lambda f, _: _UNFINISHED.search(f.comments)),
    ("a note of something to do", 0.1, lambda f, _: _TODO.search(f.comments)),
    ("a refusal", 0.6, lambda f, text: REFUSAL.search(f.comments if f.sound else text)),
    ("a markdown fence", 0.4, lambda f, text: None if f.sound else _FENCE.search(text)),
    ("prose", 0.3, lambda f, _: None if f.sound else _PROSE.search(f.code)),
    ("a secret", 0.3, _secret),
    ("a destructive call", 0.4, lambda f, _: _DESTRUCTIVE.search(f.live)),
)


def remarks_on(text: str, language: str | None) -> Iterator[Remark]:
    """Yield what speaks against a file's text, each rule once; a text that is nothing but a refusal is ruled out.

    Of a long file only the first 60,000 characters are looked at.
    """
    found = layers(text, language, limit=_SCANNED)
    text = text[:_SCANNED]
    for what, cost, search in _RULES:
        match = search(found, text)
        if match:
            refused = what == "a refusal" and not found.sound and match.start() < 300
            line = text.count("\n", 0, match.start()) + 1
            yield Remark(what=what, line=line, cost=cost, gate=0.1 if refused else None)
