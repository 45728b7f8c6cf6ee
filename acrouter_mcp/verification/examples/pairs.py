"""Pairs of an input and an output that a task labels as such: on one line, in blocks, in code fences, in tables."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MAX_PAIRS = 40
_MAX_LINES = 4000
_MAX_LINE = 2000
_LABEL = re.compile(
    r"^[\s>#*_\u2022+-]{0,20}(?P<sample>(?:sample|example|test)s?(?:[ _-]?case)?s?[ _-]*)?(?P<number>#?\d+[ ).:-]*)?"
    r"(?P<kind>expected[ _-]output|input|output|stdin|stdout|expected|result|returns?)s?"
    r"[ _-]*(?P<again>(?:for )?(?:sample |example |test |case )*(?:input )?#?\d+)?(?:[ ]?\([^)]{0,40}\))?"
    r"[ *_`]{0,6}(?P<colon>[:=\uff1a]?)[ *_]{0,6}(?P<rest>.*)$",
    re.IGNORECASE,
)
_SAMPLES = re.compile(
    r"^[\s>#*_-]{0,20}(?:sample|example|test case)s?\b[^a-z]{0,12}(?:test[s ]*|case[s ]*)?\W*$", re.IGNORECASE
)
_OTHER = re.compile(
    r"^[\s>#*_-]{0,20}(?:explanation|notes?|constraints?|hints?|follow[- ]?up|requirements?|explain|scoring|limits?"
    r"|sample|examples?|problem|task|signature|description)\b(?:[ ]?#?\d+)?[ *_]{0,4}(?:[:.]|\W*$)",
    re.IGNORECASE,
)
_OUTPUT = re.compile(r"\b(?:expected )?outputs?\b[ ]?[:=]", re.IGNORECASE)
_INPUT = re.compile(r"\binputs?\b[ ]?[:=]", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[.!?)])(?=(?:Sample|Example) Input\b)")
_FENCE = re.compile(r"^\s{0,12}(?:```|~~~|</?pre>)")
_OPEN = str.maketrans("", "", "".join(c for c in map(chr, range(128)) if c not in "[]{}()"))


@dataclass(frozen=True, slots=True)
class Pair:
    """What goes in and what comes out, as written."""

    given: str
    result: str
    sample: bool
    """A heading calls it an example: it is no description of the format."""
    goes_on: bool = False
    """More that is no prose follows the output, behind a blank line: it may belong to it."""


def pairs_in(task: str) -> list[Pair]:
    """Return the labelled pairs of `task`, at most 40; those called examples alone where there are such."""
    found = list(itertools.islice(itertools.chain(_labelled(task), _tables(task)), _MAX_PAIRS))
    return [pair for pair in found if pair.sample] or found


def _labelled(task: str) -> Iterator[Pair]:
    given: _Block | None = None
    for block in _blocks(task):
        if block.is_input:
            given = block
        elif given is not None:
            yield Pair(given.text, block.text, given.sample or block.sample, block.goes_on)
            given = None


@dataclass(slots=True)
class _Block:
    is_input: bool
    sample: bool
    text: str
    goes_on: bool


def _blocks(task: str) -> Iterator[_Block]:
    lines = [part for line in task.splitlines()[:_MAX_LINES] for part in _apart(line)]
    at, sampled = 0, False
    while at < len(lines):
        label = _label(lines[at])
        if label is None:
            sampled = sampled or bool(_SAMPLES.match(lines[at]))
            at += 1
            continue
        is_input = label["kind"].lower() in ("input", "stdin")
        named = bool(label["sample"] or label["number"] or label["again"])
        text, at = _content(lines, at + 1, label["rest"].strip(), is_input=is_input)
        yield _Block(is_input, named or sampled, text, _goes_on(lines, at))


def _apart(line: str) -> list[str]:
    """Return the input and the output of one line as two; a heading that is glued to a sentence stands alone."""
    if len(line) > _MAX_LINE:
        return [line]
    given = _INPUT.search(line)
    result = _OUTPUT.search(line, given.end()) if given else None
    if given and result:
        return [line[given.start() : result.start()].rstrip(" \t,;|->=\u2192"), line[result.start() :]]
    return _GLUED.split(line)


def _label(line: str) -> re.Match[str] | None:
    """Return the label that a line is or starts with; prose that starts with the word is none."""
    match = _LABEL.match(line[:_MAX_LINE])
    if match and (match["colon"] or not match["rest"].strip()):
        return match
    return None


def _content(lines: list[str], at: int, rest: str, *, is_input: bool) -> tuple[str, int]:
    """Return what stands under a label, and the line after it: a fence, else up to the next label or a blank line."""
    if rest and not is_input and _closed(rest):
        return rest.strip("`"), at
    first = next((i for i in range(at, len(lines)) if lines[i].strip()), len(lines))
    if not rest and first < len(lines) and _FENCE.match(lines[first]):
        end = next((i for i in range(first + 1, len(lines)) if _FENCE.match(lines[i])), len(lines))
        return "\n".join(lines[first + 1 : end]), end + 1
    kept = [rest] if rest else []
    while at < len(lines) and not (_label(lines[at]) or _OTHER.match(lines[at]) or _FENCE.match(lines[at])):
        blank = not lines[at].strip()
        if blank and any(map(str.strip, kept)) and (not is_input or rest):
            break
        kept.append(lines[at])
        at += 1
    return "\n".join(kept).strip("\n").strip("`"), at


def _goes_on(lines: list[str], at: int) -> bool:
    """Whether what follows the blank line `at` is neither prose nor a heading."""
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    known = _label(following) or _OTHER.match(following) or _SAMPLES.match(following) or _FENCE.match(following)
    return bool(following) and not known and not re.search(r"[A-Za-z]+[ ,][A-Za-z]+", following)


def _closed(text: str) -> bool:
    """Whether every bracket that is opened in `text` is closed again."""
    brackets = text.translate(_OPEN)
    return sum(map(brackets.count, "([{")) <= sum(map(brackets.count, ")]}"))


def _tables(task: str) -> Iterator[Pair]:
    """Yield the rows of tables with an input and an output column, or with one column a parameter and an output."""
    header: list[str] | None = None
    for line in task.splitlines()[:_MAX_LINES]:
        cells = _cells(line)
        if cells is None:
            header = None
        elif header is None:
            header = [cell.lower().strip("`*_ ") for cell in cells] if _heads(cells) else None
        elif not all(re.fullmatch(r":?-{2,}:?|", cell) for cell in cells) and len(cells) == len(header):
            yield _row(header, cells)


def _cells(line: str) -> list[str] | None:
    text = line.strip().lstrip("/#*- ") if line.strip()[:1] != "|" else line.strip()
    barred = "|" in text
    parts = re.split(r"(?<!\\)\|" if barred else r"\t+| {2,}", text.strip().strip("|") if barred else text)
    cells = [part.strip().replace("\\|", "|") for part in parts]
    return cells if len(cells) >= 2 and len(line) < _MAX_LINE else None


_RESULT = re.compile(
    r"(?:expected |sample |return )?(?:outputs?|results?|expected|returns?|value|stdout)(?: value)?", re.IGNORECASE
)
_GIVEN = re.compile(r"(?:sample )?(?:inputs?|calls?|arguments?|args|expression|stdin)", re.IGNORECASE)


def _heads(cells: list[str]) -> bool:
    plain = [cell.strip("`*_ ") for cell in cells]
    return any(map(_RESULT.fullmatch, plain)) and all(re.fullmatch(r"[\w ()#./-]{1,40}", cell) for cell in plain)


def _row(header: list[str], cells: list[str]) -> Pair:
    texts = [cell.strip("`").replace("<br>", "\n") for cell in cells]
    out = max(i for i, name in enumerate(header) if _RESULT.fullmatch(name))
    given = next((i for i, name in enumerate(header) if _GIVEN.fullmatch(name)), None)
    if given is not None and given != out:
        return Pair(texts[given], texts[out], sample=True)
    named = [(n, t) for i, (n, t) in enumerate(zip(header, texts, strict=True)) if i != out and n.isidentifier()]
    return Pair("\n".join(f"{name} = {text}" for name, text in named), texts[out], sample=True)
