"""Which programming language a task is about.

Evidence adds up per language: names in the prose (the target of a translation above all), file names, labels of code
blocks, shebangs, tools that belong to one language, and tell-tale strings of code. The table is
`inference_languages.toml`.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from acrouter_mcp.routing.inference_text import Passage, passage

_TRANSLATION = frozenset(
    {
        *("translate", "translated", "translating", "translation", "convert", "converted", "converting"),
        *("conversion", "port", "ported", "porting", "rewrite", "rewritten", "rewriting", "migrate"),
        *("migrating", "migration", "transpile", "transpiling", "reimplement", "equivalent", "turn"),
        *("turned",),
    }
)
_NOUNS = frozenset(
    {
        *("function", "functions", "method", "program", "code", "script", "class", "module", "package"),
        *("struct", "snippet", "implementation", "version", "equivalent", "project", "service", "file"),
        *("library", "crate", "app", "test", "tests", "compiler", "solution", "developer", "style", "way"),
    }
)
_INTO = frozenset({"in", "into", "using", "with", "as"})
_ADJECTIVES = frozenset({"plain", "pure", "vanilla", "modern", "idiomatic", "safe", "typed"})
MENTION, NAMED, TARGET, SOURCE = 1.5, 4.0, 8.0, -6.0
"""Points of a language's name by what stands around it: alone, "in Go", "translate ... to Go", "translate from Go"."""
_REACH = 12
"""Words between "translate" and the language's name, at most."""
_COMMENT = ("//", "/*", "*", "# ", "--")
_NO_COMMENT = ("#include", "#!")
_SYMBOLS = frozenset("()[]{}<>#=$@|&")
_ENOUGH = 1.0
"""Points below which the language is said to be unknown."""


@dataclass(frozen=True, slots=True)
class _Table:
    names: dict[str, str]
    """Any accepted name -> canonical name."""
    extensions: dict[str, str]
    files: dict[str, str]
    tools: dict[str, str]
    tells: tuple[tuple[str, str], ...]
    """(string of code, language)"""
    inline_tells: tuple[tuple[str, str], ...]
    """Those that mean something within a sentence too: no words of English, or written as no English is."""
    extends: dict[str, str]
    """Language -> the one whose code is code of its own too."""
    ambiguous: frozenset[str]
    """Names that are English words or letters: they count only where the context says that a language is meant."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A language named at a place of the prose, and how strongly that says that the solution is to be in it."""

    language: str
    points: float
    at: int


@cache
def _table() -> _Table:
    source = resources.files("acrouter_mcp.routing").joinpath("inference_languages.toml")
    rows = tomllib.loads(source.read_text(encoding="utf-8"))
    ambiguous = frozenset(rows.pop("ambiguous"))
    tells = tuple((tell, row) for row, data in rows.items() for tell in data.get("code", ()))
    return _Table(
        names={name: row for row, data in rows.items() for name in (row, *data.get("names", ()))},
        extensions={ending: row for row, data in rows.items() for ending in data.get("extensions", ())},
        files={name: row for row, data in rows.items() for name in data.get("files", ())},
        tools={tool: row for row, data in rows.items() for tool in data.get("tools", ())},
        tells=tells,
        inline_tells=(
            *((tell, row) for tell, row in tells if not _SYMBOLS.isdisjoint(tell)),
            *((tell, row) for row, data in rows.items() for tell in data.get("prose", ())),
        ),
        extends={row: data["extends"] for row, data in rows.items() if "extends" in data},
        ambiguous=ambiguous,
    )


def canonical_language(word: str) -> str | None:
    """Return the canonical lower-case name of what a caller calls a language ("C++", "py", "golang"), or None."""
    return _table().names.get(word.strip().lower())


def language_of_file(name: str) -> str | None:
    """Return the language of a file by its name or path ("src/utils.py", "Dockerfile"), or None."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].strip().lower()
    table = _table()
    if base in table.files:
        return table.files[base]
    _, dot, ending = base.rpartition(".")
    return table.extensions.get(ending) if dot else None


def infer_language(text: str) -> str | None:
    """Return the canonical name of the language that the task's solution is to be in, or None when nothing says so.

    At most `text.SCAN_LIMIT` characters are scanned, head and tail. A translation's target outranks its source; two
    languages with equal evidence are none.
    """
    return language_of(passage(text))


def language_of(found: Passage) -> str | None:
    """Return the language of a text that is already taken apart, as `infer_language` does."""
    points: defaultdict[str, float] = defaultdict(float)
    named = ((mention.language, mention.points) for mention in mentions(found.words))
    for evidence in (named, _from_files(found), _from_tools(found), _from_code(found)):
        for language, weight in evidence:
            points[language] += weight
    best = max(points.values(), default=0.0)
    leaders = [language for language, total in points.items() if total == best]
    return leaders[0] if best >= _ENOUGH and len(leaders) == 1 else None


@lru_cache(maxsize=8)
def mentions(words: tuple[str, ...]) -> tuple[Mention, ...]:
    """Return each place where the prose names a language, with its points; a translation's source has negative ones."""
    table = _table()
    found: list[Mention] = []
    verb = -_REACH
    for at, word in enumerate(words):
        if word in _TRANSLATION:
            verb = at
        language = table.names.get(word)
        if language is None:
            continue
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        points = _points_of_mention(before, after, translation=at - verb < _REACH)
        if word in table.ambiguous and (points == MENTION or (before == "with" and after not in _NOUNS)):
            continue
        found.append(Mention(language, points, at))
    return tuple(found)


def _points_of_mention(before: str, after: str, *, translation: bool) -> float:
    if before in {"from", "of"}:
        return SOURCE
    if (translation and before in {"to", "into", "in"}) or after in {"equivalent", "version"}:
        return TARGET
    if translation and after in _NOUNS:
        return SOURCE
    if before in _INTO or before in _ADJECTIVES:
        return NAMED + 1
    if after in _NOUNS or after[:1].isdigit():
        return NAMED
    return MENTION


def _from_files(found: Passage) -> Iterator[tuple[str, float]]:
    """Two and a half points for the first file of a language, half a point for each other, four at most."""
    counts = Counter(language for name in set(found.names) if (language := language_of_file(name)))
    counts.update(language for word in set(found.words) if (language := _table().files.get(word)))
    return ((language, min(4.0, 2.0 + 0.5 * count)) for language, count in counts.items())


def _from_tools(found: Passage) -> Iterator[tuple[str, float]]:
    """A point and a half for each tool that belongs to one language, three at most."""
    words = {*found.words, *(name.split(".", 1)[0] for name in found.names)}
    counts = Counter(language for word in words if (language := _table().tools.get(word)))
    return ((language, min(3.0, 1.5 * count)) for language, count in counts.items())


def _from_code(found: Passage) -> Iterator[tuple[str, float]]:
    """Each tell-tale string: one point, six at most; labels of code blocks: three; a shebang: four."""
    table = _table()
    code = _statements(found.code)
    tells = Counter(language for tell, language in table.tells if tell in code or tell in found.log)
    tells.update(language for tell, language in table.inline_tells if tell in found.prose)
    for language, simpler in table.extends.items():
        if language in tells:
            tells[language] += tells[simpler]
    yield from ((language, min(6.0, float(count))) for language, count in tells.items())
    yield from ((table.names[fence], 3.0) for fence in set(found.fences) if fence in table.names)
    if found.code.startswith("#!"):
        interpreter = found.code.split("\n", 1)[0].split(" ")[-1].rsplit("/", 1)[-1].rstrip("0123456789.")
        if interpreter in table.names:
            yield table.names[interpreter], 4.0


def _statements(code: str) -> str:
    """Return the lines of `code` without indentation and without those that are comments, each after a newline."""
    lines = (line.strip() for line in code.splitlines())
    return (
        "".join(f"\n{line}" for line in lines if not line.startswith(_COMMENT) or line.startswith(_NO_COMMENT)) + "\n"
    )
