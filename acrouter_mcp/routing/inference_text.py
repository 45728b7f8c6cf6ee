"""A task's text taken apart for inference: the words of the ask, the code it carries, what a machine pasted in.

Everything here is linear in the scanned text, at most `text.SCAN_LIMIT` characters: the regular expressions are
anchored to a line or consume maximal runs, and lines and words are counted and cut. Routers that search the whole
prompt with patterns get slow exactly on the prompts that matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from acrouter_mcp import text as texts

MAX_LINES = 300
MAX_WORDS = 400
LINE_LIMIT = 200
"""Characters of a line that are looked at to tell code from prose."""
BREAK = "."
"""The word that stands for the end of a sentence or a paragraph: no phrase reaches across it."""

_CUT = "[... "
"""How the line begins that `text.cap` puts where it left text out."""
_NOISE_TAGS = (
    "system-reminder",
    "environment_details",
    "environment_context",
    "user_instructions",
    "local-command-stdout",
    "local-command-caveat",
    "ide_opened_file",
    "ide_selection",
    "command-name",
    "command-message",
)
"""Blocks that agent harnesses wrap around what their user typed."""

_POLITE = frozenset(
    {
        *("please", "can", "could", "would", "will", "should", "you", "i", "we", "i'd", "we'd", "like", "want", "need"),
        *("to", "hey", "hi", "hello", "now", "then", "so", "and", "also", "just", "ok", "okay", "let's", "kindly"),
        *("help", "me", "us", "must", "have", "next", "first", "finally"),
    }
)
"""Words that may stand before the verb of an ask."""
_WITH_LANGUAGE = frozenset({"in", "using"})
"""Words before a language's name that may stand before the verb too: "in Go, write ..."."""
_BEFORE_ASK = _POLITE | _WITH_LANGUAGE

_WORD = re.compile(r"[^\W_][\w]*(?:[.'][^\W_]\w*)*[+#]*|[.?!:;](?=\s|$)")
_FENCE = re.compile(r"\s{0,8}(?:`{3,}|~{3,})\s*([\w+#-]*)")
_CODE = re.compile(
    r"""\s*(?:
      (?:async\s+)?def\s+\w+\s*\( | class\s+\w+\s*[(:{] | (?:async\s+)?function\b.{0,60}\( | from\s+[\w.]+\s+import\b
    | import\s+[\w.*{"'(]\S*(?:\s*;|\s+as\s+\w+|\s+from\s.*)?\s*$ | \#(?:include|define|!|\[) | package\s+[\w.]+;?\s*$
    | (?:pub|fn|func|fun|let|const|var|val|export|public|private|protected|static|template|namespace|using|impl|struct
       |interface|enum|type|object|trait)\b.*[({;=>}]\s*$
    | (?:if|elif|for|while|with|switch|match|except|catch)\b[^(\[=<>_]*[(\[=<>_].*[:{]\s*$
    | for\s\w+(?:,\s?\w+)?\sin\s\S+:\s*$ | (?:else|try|except|finally|do)\s*[:{]\s*$
    | (?:return|assert|yield|await|throw|raise)\b.*[\])"';]$
    | >>>\s | \.\.\.\s | [{}\])]+[;,)]*\s*$ | @\w+(?:\(.*)?$ | //|/\*|\*/
    | (?:[\w:<>*&]++\s++){0,2}[\w.\[\]"'*]+\s*(?:[-+*/|:]?=|<-)\s*[^=\s].* | [\w.]+\(.*\)\s*[;{]?\s*$ | .*[;{]\s*$
    | (?:SELECT|INSERT\s+INTO|CREATE\s+TABLE|UPDATE|DELETE\s+FROM|FROM|WHERE|JOIN|GROUP\s+BY|ORDER\s+BY)\b
    )""",
    re.VERBOSE,
)
_LOG = re.compile(
    r"""\s*(?:Traceback\ \(most\ recent | File\ ".+",\ line\ \d | at\ [\w.$<>]+\ ?\(.*\) | Caused\ by: | panicked\ at
    | \[?\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d | \d\d:\d\d:\d\d\b | \[?(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|TRACE)\b[\]:\ ]
    | (?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Warning)\b(?::|$) | error(?:\[\w+\])?:\
    | npm\ ERR! | thread\ '.*'\ panicked | (?:FAILED|PASSED|ERROR)\ [\w/.]+:: )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A task's text, taken apart.

    `words` are the lower-case words of the prose, `BREAK` between sentences; `code` and `log` are the lines that look
    like a program or like a machine's output; `prose` is the rest, as written; `fences` are the languages that code
    blocks are labelled with; `names` are all words of any part that contain a dot (file names, qualified names).
    """

    prose: str
    code: str
    log: str
    words: tuple[str, ...]
    fences: tuple[str, ...]
    names: tuple[str, ...]


@lru_cache(maxsize=8)
def passage(text: str) -> Passage:
    """Take `text` apart; the last few are remembered, for language and dimension ask for the same one."""
    scanned = _without_noise(texts.cap(text, texts.SCAN_LIMIT)).replace("\u2019", "'")
    prose, code, log, fences = _sort_lines(_middle_out(_without_fragment(scanned.splitlines()), MAX_LINES))
    return Passage(
        prose=prose,
        code=code,
        log=log,
        words=tuple(_middle_out(_words(prose), MAX_WORDS)),
        fences=fences,
        names=tuple(word for word in _WORD.findall(scanned.lower()) if "." in word[1:]),
    )


def sentence_starts(words: Sequence[str]) -> list[int]:
    """Return where in `words` the asks begin: with each sentence, after politeness and after "in Go"."""
    starts: list[int] = []
    begins = True
    before = BREAK
    for at, word in enumerate(words):
        if word == BREAK:
            begins = True
        elif begins and before not in _WITH_LANGUAGE and word not in _BEFORE_ASK:
            starts.append(at)
            begins = False
        before = word
    return starts


def _middle_out(items: list[str], limit: int) -> list[str]:
    """Return `items` without its middle, so that at most `limit` are left: an ask stands first or last."""
    return items if len(items) <= limit else items[: limit // 2] + items[-(limit // 2) :]


def _without_noise(text: str) -> str:
    for tag in _NOISE_TAGS:
        opening, closing = f"<{tag}", f"</{tag}>"
        start = text.find(opening)
        while start >= 0:
            end = text.find(closing, start)
            if end < 0:
                break
            text = text[:start] + "\n\n" + text[end + len(closing) :]
            start = text.find(opening, start)
    return text


def _without_fragment(lines: list[str]) -> list[str]:
    """Return `lines` without the rest of a line that the cut went through: half a line of a log reads like prose."""
    for at, line in enumerate(lines[:-2]):
        if line.startswith(_CUT) and len(lines[at + 1]) <= LINE_LIMIT:
            return lines[: at + 1] + lines[at + 2 :]
    return lines


def _words(prose: str) -> list[str]:
    paragraphs = (_WORD.findall(paragraph) for paragraph in prose.lower().split("\n\n"))
    return [BREAK if word in ".?!:;" else word for words in paragraphs for word in (*words, BREAK)]


def _sort_lines(lines: list[str]) -> tuple[str, str, str, tuple[str, ...]]:
    """Return prose, code, log and the labels of the fences."""
    prose: list[str] = []
    code: list[str] = []
    log: list[str] = []
    fences: list[str] = []
    fenced = in_code = False
    for line in lines:
        shown = line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT // 2] + line[-LINE_LIMIT // 2 :]
        if fence := _FENCE.match(shown):
            fenced = not fenced
            if fenced and fence[1]:
                fences.append(fence[1].lower())
            in_code = False
            prose.append("")
        elif line.startswith(_CUT):  # the mark of the cut: what follows may be outside of the fence
            fenced = in_code = False
        elif not line.strip():
            (code if in_code or fenced else prose).append("")
        elif _LOG.match(shown):
            log.append(line)
            in_code = False
        elif fenced or (in_code and line[0] in " \t#") or _CODE.match(shown):
            code.append(line)
            in_code = True
        else:
            prose.append(line)
            in_code = False
    return "\n".join(prose).strip(), "\n".join(code).strip("\n"), "\n".join(log), tuple(fences)
