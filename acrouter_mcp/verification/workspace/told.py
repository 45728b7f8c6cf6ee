"""What test runners tell of each failure: its name, what was expected and got, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from acrouter_mcp.types import TestFailure
from acrouter_mcp.verification.judging import shorten

_NAME = 200
_LINES = 8
"""Of a failure's text, after what only decorates it is left out."""
_DECORATION = re.compile(
    r"^\s*(?:at .*|\u276f .*|>?\s*\d*\s*\|.*|[⎯=-]{3,}.*|\.{3}|---|\^+|stack backtrace:|[{}]|[+-] expected [+-] actual"
    r"|- Expected|\+ Received|note: run with.*|"
    r"(?:generatedMessage|duration_ms|type|location|failureType|code|name|operator|stack):.*)\s*$"
)
_PLACE = re.compile(r"(?:at (?:.*\()?|\u276f (?:.* )?|location: ')(?:file://)?([^\s()':]+:\d+)(?::\d+)?")
_FOREIGN = re.compile(r"node_modules|^node:|internal/")
_JEST_END = re.compile(r"^(?:Test Suites|Snapshots|Tests|Summary of all failing tests):?")
_VITEST = re.compile(r"^ ?FAIL +(\S.* > .+)$")
_NODE_END = re.compile(r"^test at ")
_TAP = re.compile(r"^[ \t]*not ok \d+(?: - (.+?))?[ \t]*$")
_TAP_END = re.compile(r"^[ \t]*(?:\.{3}|(?:not )?ok \d+\b.*|# Subtest: .*)$")
_OF_A_GROUP = re.compile(r"\d+ subtests? failed")
_GO = re.compile(r"^(?:=== (?:RUN|CONT|NAME) +(\S+)|[ \t]*--- (PASS|FAIL|SKIP): (\S+) .*)$")
_CARGO = re.compile(r"^---- (\S+)(?: \(line \d+\))? stdout ----$")
_CARGO_END = re.compile(r"^(?:failures:|test result:.*)$")
_MOCHA = re.compile(r"^ {2}\d+\) (.+)$")
_MOCHA_TITLES = 12


@dataclass(slots=True)
class _Told:
    name: str
    lines: list[str] = field(default_factory=list)


def jest(output: str) -> list[TestFailure]:
    """Read jest's sections, each under a line with a bullet."""
    return _failures(_sections(output, re.compile(r"^[ \t]*● (.+)$"), _JEST_END))


def vitest(output: str) -> list[TestFailure]:
    """Read vitest's sections, each under `FAIL file > suite > test`."""
    return [
        replace(failure, name=failure.name.partition(" > ")[2])
        for failure in _failures(_sections(output, _VITEST, re.compile(r"^⎯{3,}")))
    ]


def node(output: str) -> list[TestFailure]:
    """Read what node's own runner says in either of its forms; a suite doesn't count beside its tests."""
    listed = output.rpartition("✖ failing tests:")[2] if "✖ failing tests:" in output else ""
    spec = _sections(listed, re.compile(r"^✖ (.+?) \([\d.]+ms\)$"), _NODE_END)
    found = spec if listed else _sections(output, _TAP, _TAP_END)
    return _failures(one for one in found if not _OF_A_GROUP.search("\n".join(one.lines)))


def mocha(output: str) -> list[TestFailure]:
    """Read mocha's list of failures: titles of suites and test one below the other, up to a colon."""
    found: list[_Told] = []
    untold = 0
    for line in output.splitlines():
        if match := _MOCHA.match(line):
            found.append(_Told(match[1].strip()))
            untold = 0 if match[1].endswith(":") else _MOCHA_TITLES
        elif untold and line.strip():
            found[-1].name += f" {line.strip()}"
            untold = 0 if line.endswith(":") else untold - 1
        elif found:
            found[-1].lines.append(line)
    for one in found:
        one.name = one.name.rstrip(":")
    return _failures(found)


def cargo(output: str) -> list[TestFailure]:
    """Read the sections that cargo gives to each failed test's output."""
    return _failures(_sections(output, _CARGO, _CARGO_END))


def go(output: str) -> list[TestFailure]:
    """Read what failed Go tests said, before their line or below it; a test doesn't count beside its subtests."""
    said: dict[str, list[str]] = {}
    bad: list[str] = []
    current = ""
    for line in output.splitlines():
        if match := _GO.match(line):
            current = match[1] or match[3]
            bad += [current] if match[2] == "FAIL" else []
        elif current and line[:1] in (" ", "\t"):
            said.setdefault(current, []).append(line)
    parents = {name.rpartition("/")[0] for name in bad}
    return _failures(_Told(name, said.get(name, [])) for name in bad if name not in parents)


def _sections(output: str, head: re.Pattern[str], end: re.Pattern[str]) -> Iterator[_Told]:
    current: _Told | None = None
    for line in output.splitlines():
        match = head.match(line)
        if (match or end.match(line)) and current:
            yield current
            current = None
        if match:
            current = _Told((match[1] or "test").strip())
        elif current:
            current.lines.append(line)
    if current:
        yield current


def _failures(found: Iterable[_Told]) -> list[TestFailure]:
    """Return them, one of each name: the first that says something."""
    named: dict[str, TestFailure] = {}
    for one in found:
        name = one.name[:_NAME]
        if name not in named or named[name].message == "failed":
            named[name] = TestFailure(name=name, message=shorten(_gist(one.lines)))
    return list(named.values())


def _gist(lines: list[str]) -> str:
    """Return what a failure's text says, without stacks and frames of code, and its line in the project."""
    told = [line.strip() for line in lines if line.strip() and not _DECORATION.match(line)]
    places = (match[1] for line in lines if (match := _PLACE.search(line)))
    place = next((place for place in places if not _FOREIGN.search(place)), "")
    text = "\n".join(line.removeprefix("error: ").removeprefix("|-").strip("'") for line in told[:_LINES])
    return (f"{text}\n({place})" if place and place not in text else text).strip() or "failed"
