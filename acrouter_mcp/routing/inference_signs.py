"""What a task's text looks like, apart from its words: the `signs` of inference_cues.toml, one function each.

Whole texts are searched for plain strings, which is fast; regular expressions only where a plain string has made them
worth trying, or anchored to the start of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from acrouter_mcp.routing.inference_text import Passage
from acrouter_mcp.routing.language import NAMED, TARGET, language_of, language_of_file, mentions

REPORT_WORDS = 50
LONG_WORDS = 150
"""Words from which prose is as long as an issue's report, or as a specification."""
BARE_WORDS = 20
"""Words that may slip out of code, past the reader of lines, without being a request."""
SIGNATURE_REACH = 300
"""Characters in which a text that asks for one routine has named it."""
STUB_LINES = 4
"""Line breaks in a signature with what comes before it, imports or a description: a task of its own."""
STEPS = 4
"""Different verbs of work that make a task of several steps."""

_USUAL = frozenset({"python", "bash", "sql", "html", "css", "r", "powershell", "dockerfile", "terraform", "makefile"})
"""Languages that ordinary work is in, or that have no use for the puzzles that dimension multi_language is made of."""
_MAKING = frozenset(
    {
        *("write", "implement", "create", "solve", "give", "make", "code", "build", "program", "have"),
        *("need", "want", "get", "show", "same", "do", "define", "add"),
    }
)
_MAKING_REACH, _MAKING_AFTER = 8, 4
"""Words around a language's name in which the verb of making stands."""
_STEPS = frozenset(
    {
        *("look", "fix", "push", "run", "update", "install", "commit", "open", "check", "verify"),
        *("implement", "write", "add", "deploy", "migrate", "find", "reproduce", "submit", "test"),
        *("document", "move", "create", "clone", "rebase", "rename", "remove", "delete", "refactor"),
        *("configure", "investigate", "bump", "merge", "address", "replace", "audit", "publish", "review"),
        *("start", "pick", "upgrade", "bisect", "regenerate", "reply"),
    }
)
_QUESTION = frozenset(
    {"what", "why", "where", "who", "which", "when", "how", "does", "do", "is", "are", "can't", "whose"}
)
_SUFFERED = frozenset({"with", "get", "gets", "got", "getting", "see"})
_ERRORS = ("error[", " error:", "\nerror:", "not found:", "errno", "exit code 1")
_HOLES = (
    *("<fim", "<|fim", "<fill", "<|fill", "<mask", "<hole", "<blank", "<infill", "<missing", "[mask]", "[blank]"),
    *("your code here", "your code goes here", "insert code here", "insert your code", "raise notimplementederror"),
    *("____", "todo!(", "unimplemented!(", "# ...", "// ..."),
)
_DATA_NAMES = frozenset({"np", "pd", "plt", "df", "sns", "tf", "scipy", "sklearn", "torch", "pandas", "numpy"})
_DATA_CODE = (
    *("import pandas", "import numpy", "import matplotlib", "import sklearn", "import scipy", "import torch"),
    *("import seaborn", "import tensorflow", "from sklearn", "from scipy", "from torch", "from tensorflow", "df["),
    *("library(ggplot2", "library(dplyr", "library(tidyverse"),
)
_DATA_FILES = (".csv", ".parquet", ".xlsx", ".tsv", ".feather")
_BOUND_MARKS = ("<", "≤", "⩽", "\\le", "^", "e5", "e6", "e7", "e8", "e9", "up to ", "within ", "exceed")

_LESS = r"(?:<=?|≤|⩽|\\leq?)"
_BOUNDS = re.compile(
    rf"\d\s?{_LESS}\s?\$?[\w\[\].|(, ]{{1,30}}?\$?\s?{_LESS}\s?\$?[-\d]"
    rf"|(?:{_LESS}|exceed)\s?\$?\d{{0,3}}\s?[·*x\\cdot ]{{0,6}}10\s?(?:\^|\*\*|⁵|⁶|⁹)|\b\d?e[5-9]\b|\b10\^"
    r"|\bup to (?:\d{4}|\d{1,3}[·* ]{0,3}10\^|\de\d)|\bwithin \d+ (?:s\b|sec)"
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
_TITLED = re.compile(
    r"[^\n]{10,150}[^\n?:]\n\s{0,8}(?:#+ |\*\*)?(?:Description|Summary|Problem|Bug|Context|Motivation)\b[*:]{0,3}\s*\n"
)
_POINT = re.compile(r"^[ \t]{0,8}(?:[-*] |\d{1,2}[.)] |#{1,4} )", re.MULTILINE)
_SIGNATURE = re.compile(r"\b[A-Za-z_]\w*\([&*A-Za-z_][^()\n\"']{0,120}\)")
_BODY = re.compile(r"^[ \t]*(?:def|function|func|fn|class|public|private|static|return)\b", re.MULTILINE)
_LARGE_MARKS = ("O(", "10^", "e5", "e6", "e7", "e8", "e9", "000", "up to ", "can be ", "at most ")
_LARGE = re.compile(
    r"\bO\((?:n|m|1|log|V|E)|\b10\^\d|\b\de[5-9]\b|\b\d0{2,4}\s?[x\u00d7]\s?\d0{2,4}\b"
    r"|\b(?:up to|can be|at most) \d{4}|\b\d0{4,}\b"
)
_TODO = re.compile(r"\bTODO\b(?!\.\w)|(?:#|//|--|/\*) ?todo\b")
_EMPTY_BODY = re.compile(r"[ \t]*(?:pass|\.\.\.|raise NotImplementedError.*)\s*")
_WHOLE = re.compile(r"^(?:public |final )?class \w|^[ \t]*(?:int|void|public static void) main ?\(", re.MULTILINE)
_PROGRAM = ("__main__", "input()", "stdin", "cin >>")
_VALUE = re.compile(r"[\d\[({'\"+-].*$|\w+\(.*\)$")
_OPEN_ASSERTION = re.compile(r"assert [^\n]{1,200}== ?(?:\?|_{2,}|\.\.\.)|# ?(?:=>|->|output:|prints?:?) ?\?")


def contest_bounds(found: Passage) -> bool:
    """Bounds on the input such as `1 <= n <= 10^5`."""
    return any(mark in found.prose for mark in _BOUND_MARKS) and bool(_BOUNDS.search(found.prose))


def contest_headings(found: Passage) -> bool:
    """At least two headings of a contest problem's statement."""
    return len(_CONTEST_HEADING.findall(found.prose)) >= 2


def issue_headings(found: Passage) -> bool:
    """At least two headings of a project's issue template."""
    return len(_ISSUE_HEADING.findall(found.prose)) >= 2


def titled_report(found: Passage) -> bool:
    """A title and then a heading, as trackers export their issues."""
    return bool(_TITLED.match(found.prose))


def long_report(found: Passage) -> bool:
    """Prose as long as an issue, with at least two identifiers in it, that is no contest problem."""
    if len(found.words) < REPORT_WORDS or contest_bounds(found) or contest_headings(found) or signature(found):
        return False
    identifiers = {name for name in (*found.names, *found.words) if "_" in name or "." in name[1:]}
    return len(identifiers) + found.prose.count("`") // 2 >= 2


@lru_cache(maxsize=8)
def signature(found: Passage) -> bool:
    """A routine by its name and its parameters, in the first lines of the prose, whose code isn't there."""
    return bool(_SIGNATURE.search(found.prose[:SIGNATURE_REACH])) and not _BODY.search(found.code)


def large_input(found: Passage) -> bool:
    """A word about how large the input gets, or an order of growth."""
    return any(mark in found.prose for mark in _LARGE_MARKS) and bool(_LARGE.search(found.prose))


def long_specification(found: Passage) -> bool:
    """A long text in at least eight sections or points that is no contest problem."""
    return len(found.words) >= LONG_WORDS and len(_POINT.findall(found.prose)) >= 8 and not contest_headings(found)


def many_files(found: Passage) -> bool:
    """At least three source files by name."""
    return sum(1 for name in set(found.names) if language_of_file(name)) >= 3


def many_steps(found: Passage) -> bool:
    """A short text with several verbs of work."""
    return len(found.words) < REPORT_WORDS and len(_STEPS.intersection(found.words)) >= STEPS


def question(found: Passage) -> bool:
    """Prose that ends in a question, or begins as one."""
    return found.prose.endswith("?") or bool(found.words and found.words[0] in _QUESTION)


def trace(found: Passage) -> bool:
    """Lines of an error message or a stack trace."""
    return any(mark in found.log for mark in ("rror", "xception", "panicked", "FAILED"))


def error_message(found: Passage) -> bool:
    """Prose that quotes an error, or names the exception that somebody got."""
    lower = found.prose.lower()
    return any(mark in lower for mark in _ERRORS) or any(
        len(word) > len("exception") and word.endswith(("error", "exception")) and before in _SUFFERED
        for before, word in pairwise(found.words)
    )


@lru_cache(maxsize=8)
def hole(found: Passage) -> bool:
    """A place-holder for missing code."""
    text = f"{found.code}\n{found.prose}"
    lower = text.lower()
    return any(mark in lower for mark in _HOLES) or bool(_TODO.search(text))


def open_stub(found: Passage) -> bool:
    """Code that ends with a signature, a docstring, an empty body or an open block."""
    last = found.code.rstrip().rsplit("\n", 1)[-1]
    ends_open = last.endswith(("{", ":", '"""', "'''")) or bool(_EMPTY_BODY.fullmatch(last))
    return ends_open or found.code.count("{") > found.code.count("}")


def only_open_code(found: Passage) -> bool:
    """Open code and nothing said about it."""
    return len(found.words) <= 1 and (open_stub(found) or hole(found))


def only_open_code_elsewhere(found: Passage) -> bool:
    """Open code without a place-holder, nothing said about it, in a language other than the usual."""
    return (
        only_open_code(found)
        and not hole(found)
        and found.code.count("\n") >= STUB_LINES
        and language_of(found) not in _USUAL | {None}
    )


@lru_cache(maxsize=8)
def _bare(found: Passage) -> bool:
    """Whole code, and nothing said about it."""
    return bool(found.code) and len(found.words) <= BARE_WORDS and not (open_stub(found) or hole(found) or trace(found))


def code_then_value(found: Passage) -> bool:
    """Code whose last line is a value or a call on its own, and nothing said about it."""
    return _bare(found) and bool(_VALUE.match((found.prose or found.code).rstrip().rsplit("\n", 1)[-1]))


def bare_solution(found: Passage) -> bool:
    """A whole class or program, and nothing said about it."""
    return _bare(found) and (any(mark in found.code for mark in _PROGRAM) or bool(_WHOLE.search(found.code)))


def bare_documented(found: Passage) -> bool:
    """A routine with a docstring or a documentation comment, and nothing said about it."""
    return _bare(found) and ('"""' in found.code or "/**" in found.code) and not bare_solution(found)


def bare_routine(found: Passage) -> bool:
    """A routine without documentation, and nothing said about it."""
    return _bare(found) and not (bare_solution(found) or bare_documented(found))


def data_code(found: Passage) -> bool:
    """Code over the usual libraries for data."""
    text = f"{found.code}\n{found.prose}"
    names = (name.split(".", 1)[0] for name in found.names)
    return any(mark in text for mark in _DATA_CODE) or not _DATA_NAMES.isdisjoint(names)


def data_files(found: Passage) -> bool:
    """A file of data by name."""
    return any(name.endswith(_DATA_FILES) for name in found.names)


def open_assertion(found: Passage) -> bool:
    """An assertion whose value is for the reader to find."""
    return bool(_OPEN_ASSERTION.search(found.code) or _OPEN_ASSERTION.search(found.prose))


def two_languages(found: Passage) -> bool:
    """Prose that names at least two programming languages."""
    return len({mention.language for mention in mentions(found.words)}) >= 2


def translation(found: Passage) -> bool:
    """Prose that wants something carried over into a named language."""
    named = mentions(found.words)
    if any(mention.points >= TARGET for mention in named):
        return True
    into = (mention.at > 0 and found.words[mention.at - 1] in {"in", "into", "to"} for mention in named)
    return two_languages(found) and any(into)


def other_language(found: Passage) -> bool:
    """Prose that asks for code in a named language, and not in one that is meant where none is named."""
    return any(
        mention.points >= NAMED
        and mention.language not in _USUAL
        and not _MAKING.isdisjoint(found.words[max(0, mention.at - _MAKING_REACH) : mention.at + _MAKING_AFTER])
        for mention in mentions(found.words)
    )


_ALL = (
    *(
        signature,
        large_input,
        contest_bounds,
        contest_headings,
        issue_headings,
        titled_report,
        long_report,
        long_specification,
    ),
    *(many_files, many_steps, question, trace, error_message, hole, open_stub, only_open_code),
    *(only_open_code_elsewhere, code_then_value, bare_solution, bare_documented, bare_routine),
    *(data_code, data_files, open_assertion, two_languages, translation, other_language),
)
SIGNS: Final[Mapping[str, Callable[[Passage], bool]]] = MappingProxyType({sign.__name__: sign for sign in _ALL})
