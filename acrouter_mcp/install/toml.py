"""A table of our own in somebody else's TOML: written at the end, removed without what stands around it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

_HEADER = re.compile(r"[ \t]*\[\[?([^\[\]]+)\]\]?[ \t]*(?:#.*)?$")
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


class NotTOML(ValueError):
    """The text can't be read, or not be changed without a loss; says where and why."""


def parse(text: str) -> dict[str, Any]:
    """Return what the text says.

    Raises:
        NotTOML: says the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _AT.search(str(error))
        place = f"line {where[1]}, column {where[2]}: " if where else "at its end: "
        raise NotTOML(place + _AT.sub("", str(error)).strip()) from error


def get(text: str, path: tuple[str, ...]) -> Any:
    """Return what stands at `path`, or None."""
    found: Any = parse(text)
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def put(text: str, path: tuple[str, ...], table: dict[str, Any]) -> str:
    """Have `table` at `path`: appended as a table of its own, in place of what stood there."""
    if get(text, path) == table:
        return text
    bare = take(text, path)
    wanted = parse(bare)
    _dig(wanted, path[:-1])[path[-1]] = table
    newline = _newline(text)
    gap = "" if not bare else newline if bare.endswith("\n") else newline * 2
    block = tomlkit.dumps(_nested(path, table)).lstrip("\n").replace("\n", newline)
    appended = bare + gap + block
    return appended if _says(appended, wanted) else _by_tomlkit(bare, path, table, wanted)


def take(text: str, path: tuple[str, ...]) -> str:
    """Remove the table at `path`, with its own lines only: a comment above the next table stays."""
    if get(text, path) is None:
        return text
    wanted = parse(text)
    del _dig(wanted, path[:-1])[path[-1]]
    for depth in range(len(path) - 1, 0, -1):  # tables that exist through their sub-tables only go with them
        above = _dig(wanted, path[: depth - 1])
        if above[path[depth - 1]] == {} and not _has_header(text, path[:depth]):
            del above[path[depth - 1]]
    cut = _without_sections(text, path)
    return cut if _says(cut, wanted) else _by_tomlkit(text, path, None, wanted)


def _without_sections(text: str, path: tuple[str, ...]) -> str:
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    inside: list[str] = []
    ours = in_string = False
    for line in [*lines, "["]:
        header = None if in_string or line == "[" else _HEADER.match(line.rstrip("\r\n"))
        in_string ^= (line.count('"""') + line.count("'''")) % 2 == 1
        if header or line == "[":
            if ours:
                kept += _tail(inside)
            inside, ours = [], header is not None and _keys(header[1])[: len(path)] == path
            if ours and kept and not kept[-1].strip():
                kept.pop()  # the empty line that set it apart
        if line != "[":
            (inside if ours else kept).append(line)
    return "".join(kept)


def _tail(section: list[str]) -> list[str]:
    """Return the comments at a section's end, which belong to what follows."""
    end = len(section)
    while end and (not section[end - 1].strip() or section[end - 1].lstrip().startswith("#")):
        end -= 1
    return section[end:]


def _keys(dotted: str) -> tuple[str, ...]:
    try:
        found: Any = tomllib.loads(f"[{dotted}]")
    except tomllib.TOMLDecodeError:
        return ()
    keys = []
    while isinstance(found, dict) and found:
        key, found = next(iter(found.items()))
        keys.append(key)
    return tuple(keys)


def _has_header(text: str, path: tuple[str, ...]) -> bool:
    headers = (_HEADER.match(line.rstrip("\r\n")) for line in text.splitlines())
    return any(header and _keys(header[1]) == path for header in headers)


def _by_tomlkit(text: str, path: tuple[str, ...], table: dict[str, Any] | None, wanted: dict[str, Any]) -> str:
    """Change a table that is written inline or with dotted keys."""
    try:
        document = tomlkit.parse(text)
        parent: Any = document
        for key in path[:-1]:
            parent = parent[key]
        if table is None:
            del parent[path[-1]]
        else:
            entry = tomlkit.inline_table()
            entry.update(table)
            parent[path[-1]] = entry
        changed = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, AttributeError):
        changed = text
    if _says(changed, wanted):
        return changed
    _dig(wanted, path[:-1])  # an empty parent that stays is no loss
    if _says(changed, wanted):
        return changed
    raise NotTOML(f"{'.'.join(path)} is written in a way that can't be changed without a loss; change it by hand")


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _dig(table: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            raise NotTOML(f"{'.'.join(path)} is no table, so nothing can be set in it")
    return table


def _nested(path: tuple[str, ...], table: dict[str, Any]) -> dict[str, Any]:
    for key in reversed(path):
        table = {key: table}
    return table


def _newline(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
