"""What a task's text looks like, apart from its words: the `signs` of inference_cues.toml, one function each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from acrouter_mcp.routing.inference_text import Passage
from acrouter_mcp.routing.language import NAMED, TARGET, language_of, language_of_file, mentions

_USUAL = frozenset({"python", "bash", "sql", "html", "css", "r", "powershell", "dockerfile", "terraform", "makefile"})
"""Languages that ordinary work is in, or that have no use for the puzzles that dimension multi_language is made of."""
_MAKING = frozenset("write implement create solve give make code build program have need want get show same do".split())
_STEPS = frozenset(
    "look fix push run update install commit open check verify implement write add deploy migrate find reproduce submit test "
    "document move create clone rebase rename remove delete refactor configure investigate bump merge address replace audit "
    "publish review start pick upgrade bisect regenerate reply".split()
)
STEPS = 4
_MAKING_REACH = 8
_BOUNDS = re.compile(
    r"\d{1,9}\s?(?:<=?|≤|⩽|\\leq?|\\le)\s?\$?[\w\[\].|(, ]{1,30}\$?\s?(?:<=?|≤|⩽|\\leq?|\\le)\s?\$?[-\d]"
    r"|(?:<=?|≤|⩽|up to|exceed)\s?\$?\d{0,3}\s?[·*x\\cdot ]{0,6}10\s?(?:\^|\*\*|⁵|⁶|⁹)|\b\d?e[5-9]\b|\b10\^"
)
_CONTEST_HEADING = re.compile(
    r"^[ \t*#-]{0,6}(?:input|output|constraints?|sample input|sample output|input format|output format|example \d|note)"
    r"[ \d]{0,3}\**:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ISSUE_HEADING = re.compile(
    r"^[ \t*#-]{0,8}(?:steps to reproduce|how to reproduce|to reproduce|reproduction|describe the bug|bug report"
    r"|expected (?:behaviou?r|results?|outcome)|actual (?:behaviou?r|results?|outcome)|environment|system info"
    r"|versions?|additional context|description|proposed solution|motivation|acceptance criteria)\b",
    re.IGNORECASE | re.MULTILINE,
)
_HOLE = re.compile(
    r"<\|?fim|<\|?(?:fill|mask|hole|blank|infill)|\[mask\]|\[blank\]|_{4,}|your code (?:goes )?here|\btodo\b"
    r"|insert (?:your )?code here|raise notimplementederror|todo!\(|unimplemented!\(|# \.\.\.|// \.\.\.|<missing",
    re.IGNORECASE,
)
_EMPTY_BODY = re.compile(r"(?:^|\n)[ \t]*(?:pass|\.\.\.|raise NotImplementedError.*)\s*$")
_DATA_CODE = re.compile(
    r"import (?:pandas|numpy|matplotlib|sklearn|scipy|torch|tensorflow|seaborn)|from (?:sklearn|scipy|torch|tensorflow)"
    r"|\bdf\[|\bpd\.|\bplt\.|\bnp\.|library\((?:ggplot2|dplyr|tidyverse)"
)
_ERROR = re.compile(
    r"\b(?:with|get|gets|got|getting|see) (?:an? |the |this )?[A-Z]\w{1,40}(?:Error|Exception)\b|\b(?:error|Error)(?:\[\w+\]|:| \d)"
    r"|[Nn]ot found: |errno|exit code [1-9]"
)
_IDENTIFIER = re.compile(r"\b[a-z]+(?:[_.][a-z]+)+\b|\b[A-Z][a-z]+[A-Z]\w*|`[^`\n]{2,60}`|\b[A-Z]+_[A-Z_]+\b")
_WHOLE = re.compile(r"^(?:public |final )?class \w+|\b(?:int|void) main ?\(|__main__|\binput\(|\bstdin\b|\bcin\b", re.MULTILINE)
_VALUE = re.compile(r"[\d\[({'\"+-].*$|\w+\(.*\)$")
_TITLED = re.compile(r"[^\n]{10,150}[^\n?:]\n\s{0,8}(?:#+ |\*\*)?(?:Description|Summary|Problem|Bug|Context|Motivation)\b[*:]{0,3}\s*\n")
_POINT = re.compile(r"^[ \t]{0,8}(?:[-*] |\d{1,2}[.)] |#{1,4} )", re.MULTILINE)
LONG_WORDS = 150
LONG_POINTS = 8
REPORT_WORDS = 50
REPORT_IDENTIFIERS = 2
BARE_WORDS = 20
"""Words that may slip out of code, past the reader of lines, without being a request."""
_OPEN_ASSERTION = re.compile(r"assert [^\n]{1,200}== ?(?:\?|_{2,}|\.\.\.)|# ?(?:=>|->|output:|prints?:?) ?\?")


def contest_bounds(found: Passage) -> bool:
    """Bounds on the input such as `1 <= n <= 10^5`."""
    return bool(_BOUNDS.search(found.prose))


def contest_headings(found: Passage) -> bool:
    """At least two headings of a contest problem's statement."""
    return len(_CONTEST_HEADING.findall(found.prose)) >= 2


def issue_headings(found: Passage) -> bool:
    """At least two headings of a project's issue template."""
    return len(_ISSUE_HEADING.findall(found.prose)) >= 2


def trace(found: Passage) -> bool:
    """Lines of an error message or a stack trace."""
    return "rror" in found.log or "xception" in found.log or "panicked" in found.log or "FAILED" in found.log


def hole(found: Passage) -> bool:
    """A place-holder for missing code."""
    return bool(_HOLE.search(found.code) or _HOLE.search(found.prose))


def open_stub(found: Passage) -> bool:
    """Code that ends with a signature, a docstring, an empty body or an open block."""
    code = found.code.rstrip()
    if not code:
        return False
    last = code.rsplit("\n", 1)[-1]
    ends_open = last.endswith(("{", ":", '"""', "'''")) or bool(_EMPTY_BODY.search(code))
    return ends_open or code.count("{") > code.count("}")


def only_open_code(found: Passage) -> bool:
    """Open code and nothing said about it."""
    return len(found.words) <= 1 and (open_stub(found) or hole(found))


def data_code(found: Passage) -> bool:
    """Code over the usual libraries for data."""
    return bool(_DATA_CODE.search(found.code) or _DATA_CODE.search(found.prose))


def open_assertion(found: Passage) -> bool:
    """An assertion whose value is for the reader to find."""
    return bool(_OPEN_ASSERTION.search(found.code) or _OPEN_ASSERTION.search(found.prose))


def two_languages(found: Passage) -> bool:
    """Prose that names at least two programming languages."""
    return len({mention.language for mention in mentions(found.words)}) >= 2


def translation(found: Passage) -> bool:
    """Prose that wants something carried over into a named language."""
    return any(mention.points >= TARGET for mention in mentions(found.words)) or (
        two_languages(found)
        and any(
            mention.points >= NAMED and mention.at and found.words[mention.at - 1] in {"in", "into", "to"}
            for mention in mentions(found.words)
        )
    )


def other_language(found: Passage) -> bool:
    """Prose that asks for a language by name, and not for the one that is meant where none is named."""
    return any(
        mention.points >= NAMED
        and mention.language not in _USUAL
        and not _MAKING.isdisjoint(found.words[max(0, mention.at - _MAKING_REACH) : mention.at])
        for mention in mentions(found.words)
    )


def many_files(found: Passage) -> bool:
    """At least three source files by name."""
    return sum(1 for name in set(found.names) if language_of_file(name)) >= 3


def data_files(found: Passage) -> bool:
    """A file of data by name."""
    return any(name.endswith((".csv", ".parquet", ".xlsx", ".tsv", ".feather")) for name in found.names)


def many_steps(found: Passage) -> bool:
    """A short text with several verbs of work."""
    return len(found.words) < REPORT_WORDS and len(_STEPS.intersection(found.words)) >= STEPS


def error_message(found: Passage) -> bool:
    """Prose that quotes an error."""
    return bool(_ERROR.search(found.prose))


def long_report(found: Passage) -> bool:
    """Prose as long as an issue, with identifiers in it, that is no contest problem."""
    if len(found.words) < REPORT_WORDS or contest_bounds(found) or contest_headings(found):
        return False
    return len(set(_IDENTIFIER.findall(found.prose))) >= REPORT_IDENTIFIERS


def titled_report(found: Passage) -> bool:
    """A title and then a heading, as trackers export their issues."""
    return bool(_TITLED.match(found.prose))


def long_specification(found: Passage) -> bool:
    """A long text in many sections or points that is no contest problem."""
    points = len(_POINT.findall(found.prose))
    return len(found.words) >= LONG_WORDS and points >= LONG_POINTS and not contest_headings(found)


def only_open_code_elsewhere(found: Passage) -> bool:
    """Open code without a place-holder, nothing said about it, in a language other than the usual."""
    return only_open_code(found) and not hole(found) and language_of(found) not in _USUAL | {None}


def _bare(found: Passage) -> bool:
    return bool(found.code) and len(found.words) <= BARE_WORDS and not (open_stub(found) or hole(found) or trace(found))


def code_then_value(found: Passage) -> bool:
    """Code whose last line is a value or a call on its own, and nothing said about it: what comes out?"""
    return _bare(found) and bool(_VALUE.match((found.prose or found.code).rstrip().rsplit("\n", 1)[-1]))


def bare_documented(found: Passage) -> bool:
    """Whole code with a docstring or a documentation comment, and nothing said about it."""
    return _bare(found) and not bare_solution(found) and ('"""' in found.code or "/**" in found.code)


def bare_solution(found: Passage) -> bool:
    """A whole class or program that solves something, and nothing said about it."""
    return _bare(found) and bool(_WHOLE.search(found.code))


def bare_routine(found: Passage) -> bool:
    """A routine without documentation, and nothing said about it."""
    return _bare(found) and not bare_solution(found) and not bare_documented(found)


SIGNS: Final[Mapping[str, Callable[[Passage], bool]]] = MappingProxyType(
    {
        sign.__name__: sign
        for sign in (
            contest_bounds,
            contest_headings,
            issue_headings,
            trace,
            hole,
            open_stub,
            only_open_code,
            data_code,
            open_assertion,
            two_languages,
            translation,
            other_language,
            many_files,
            many_steps,
            data_files,
            error_message,
            long_report,
            titled_report,
            long_specification,
            only_open_code_elsewhere,
            code_then_value,
            bare_documented,
            bare_solution,
            bare_routine,
        )
    }
)
