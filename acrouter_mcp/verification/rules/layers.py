"""Source text taken apart into code, comments and strings, so that a rule looks only where it means something.

Good enough for rules, without a grammar: positions are kept, what doesn't belong to a layer is blank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from acrouter_mcp.verification.runner.plan import parse

_STRINGS = r"""(?P<string>"{3}.*?"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
_HASH = re.compile(r"(?P<comment>(?<![\w$&{])#[^\n]*)|" + _STRINGS, re.DOTALL)
_SLASHES = re.compile(r"(?P<comment>(?<!:)//[^\n]*|/\*.*?\*/)|" + _STRINGS, re.DOTALL)
_DASHES = re.compile(r"(?P<comment>--[^\n]*|/\*.*?\*/)|" + _STRINGS, re.DOTALL)
_BY_LANGUAGE = {
    "python": _HASH, "bash": _HASH, "ruby": _HASH, "perl": _HASH, "r": _HASH, "yaml": _HASH, "toml": _HASH,
    "sql": _DASHES, "lua": _DASHES, "haskell": _DASHES,
}  # fmt: skip
_BLANK = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Texts of the same lines and columns."""

    code: str
    comments: str
    live: str
    """Code and strings: what runs."""
    sound: bool
    """It is Python that parses: whatever looks like prose in it stands in a string or a comment."""


def layers(text: str, language: str | None, limit: int | None = None) -> Layers:
    """Return the layers of source text, or of its first `limit` characters; unknown languages have C's comments."""
    sound = language == "python" and _parses(text)
    text = text[:limit]
    pattern = _BY_LANGUAGE.get(language or "", _SLASHES)
    code, comments, live = [], [], []
    at = 0
    for match in pattern.finditer(text):
        between, found = text[at : match.start()], match[0]
        blank, is_comment = _BLANK.sub(" ", found), match["comment"] is not None
        code += [between, blank]
        comments += [_BLANK.sub(" ", between), found if is_comment else blank]
        live += [between, blank if is_comment else found]
        at = match.end()
    rest = text[at:]
    code.append(rest)
    live.append(rest)
    broken = language == "python" and not sound  # whatever it is, its comments may be of another language
    return Layers(code="".join(code), comments=text if broken else "".join(comments), live="".join(live), sound=sound)


def _parses(text: str) -> bool:
    try:
        parse(text)
    except SyntaxError:
        return False
    return True
