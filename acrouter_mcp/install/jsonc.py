"""JSON with comments and trailing commas: changed in place, everything around a change stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from acrouter_mcp.hosts import JSON

_GAP = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_ATOM = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_DEEPEST = 200


class NotJSON(ValueError):
    """The text can't be read; `line` and `column` count from 1."""

    def __init__(self, problem: str, text: str, at: int) -> None:
        self.problem = problem
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)
        super().__init__(f"line {self.line}, column {self.column}: {problem}")


@dataclass(slots=True)
class Node:
    """A value and where it stands in the text; of an object or a list also its members."""

    start: int
    end: int
    value: JSON
    members: list[Member] = field(default_factory=list)
    trailing_comma: bool = False


@dataclass(slots=True)
class Member:
    """A pair of an object, or an item of a list (`key` None); it starts at its key."""

    key: str | None
    start: int
    node: Node


def parse(text: str) -> Node:
    """Return the value that the text holds; nothing but blanks and comments is an empty object at its end.

    Raises:
        NotJSON: says where and why.
    """
    start = _skip(text, 0)
    if start == len(text):
        return Node(start, start, {})
    node = _value(text, start, 0)
    if (rest := _skip(text, node.end)) != len(text):
        raise NotJSON("something follows the end of the value", text, rest)
    return node


def put(text: str, path: tuple[str, ...], value: JSON) -> str:
    """Set the member at `path`, with the objects that lead there; a value that is the same already stays untouched."""
    root = parse(text)
    if root.start == root.end:  # nothing there yet
        return text + _dump(_nested(path, value), "", "  ", _newline(text)) + _newline(text)
    node = root
    for depth, key in enumerate(path):
        if not isinstance(node.value, dict):
            where = ".".join(path[:depth]) or "the file"
            raise NotJSON(f"{where} is no object, so {key!r} can't be set in it", text, node.start)
        index = _last_index(node, key)
        if index is None:
            return _insert(text, node, key, _nested(path[depth + 1 :], value))
        node = node.members[index].node
    return text if value == node.value else _replaced(text, node, value)


def put_item(text: str, path: tuple[str, ...], value: JSON, ours: Callable[[JSON], bool]) -> str:
    """Have `value` in the list at `path`: in place of the first item that is ours, else at its end."""
    root = parse(text)
    node = find(root, path)
    if node is None:
        return put(text, path, [value])
    if not isinstance(node.value, list):
        raise NotJSON(f"{'.'.join(path)} is no list", text, node.start)
    mine = [member for member in node.members if ours(member.node.value)]
    if not mine:
        return _insert(text, node, None, value)
    old = mine[0].node
    return text if old.value == value else _replaced(text, old, value)


def take(text: str, path: tuple[str, ...], keep: Callable[[tuple[str, ...]], bool]) -> str:
    """Remove the member at `path`, and what it leaves empty above it as far as `keep` doesn't say to keep that."""
    root = parse(text)
    parent = find(root, path[:-1])
    if parent is None or not isinstance(parent.value, dict):
        return text
    index = _last_index(parent, path[-1])
    if index is None:
        return text
    if len(path) > 1 and len(parent.members) == 1 and not keep(path[:-1]):
        return take(text, path[:-1], keep)
    return _cut(text, parent, index)


def take_item(
    text: str, path: tuple[str, ...], ours: Callable[[JSON], bool], keep: Callable[[tuple[str, ...]], bool]
) -> str:
    """Remove every item that is ours from the list at `path`, and what that leaves empty, as `take` does."""
    node = find(parse(text), path)
    if node is None or not isinstance(node.value, list):
        return text
    mine = [index for index, member in enumerate(node.members) if ours(member.node.value)]
    if not mine:
        return text
    if len(mine) == len(node.members) and not keep(path):
        return take(text, path, keep)
    return take_item(_cut(text, node, mine[-1]), path, ours, lambda _path: True)


def find(root: Node, path: tuple[str, ...]) -> Node | None:
    """Return the node at `path`, of a key that is written twice the last; None if there is none."""
    node: Node | None = root
    for key in path:
        if node is None or not isinstance(node.value, dict):
            return None
        index = _last_index(node, key)
        node = None if index is None else node.members[index].node
    return node


def _nested(path: tuple[str, ...], value: JSON) -> JSON:
    for key in reversed(path):
        value = {key: value}
    return value


def _last_index(node: Node, key: str) -> int | None:
    return next((index for index in range(len(node.members) - 1, -1, -1) if node.members[index].key == key), None)


def _replaced(text: str, node: Node, value: JSON) -> str:
    flat = "\n" not in text[node.start : node.end] and isinstance(value, str | int | float | None)
    new = _dump(value, _margin(text, node.start), None if flat else _step(text), _newline(text))
    return text[: node.start] + new + text[node.end :]


def _insert(text: str, node: Node, key: str | None, value: JSON) -> str:
    """Add a last member, on a line of its own unless the others share theirs with the brackets."""
    newline, step, margin = _newline(text), _step(text), _margin(text, node.start)
    head = "" if key is None else f"{json.dumps(key, ensure_ascii=False)}: "
    close = node.end - 1
    if node.members and "\n" not in text[node.start : node.end]:
        comma = ", " if not node.trailing_comma else " "
        last = node.members[-1].node.end + node.trailing_comma
        return text[:last] + comma + head + _dump(value, "", None, newline) + text[last:]
    inner = _margin(text, node.members[-1].start) if node.members else margin + step
    line = newline + inner + head + _dump(value, inner, step, newline)
    last_end = node.members[-1].node.end if node.members else node.start + 1
    body = text[last_end:close]
    comment = body.rstrip()
    comma = "," if node.members and not node.trailing_comma else ""
    tail = body[len(comment) :] if "\n" in body[len(comment) :] else newline + margin
    tail = "," + tail if node.trailing_comma else tail
    return text[:last_end] + comma + comment + line + tail + text[close:]


def _cut(text: str, parent: Node, index: int) -> str:
    """Remove one member with its comma and its line."""
    member = parent.members[index]
    start, end = member.start, member.node.end
    while start and text[start - 1] in " \t":
        start -= 1
    alone = len(parent.members) == 1
    is_last = index == len(parent.members) - 1
    if not is_last or parent.trailing_comma:
        end = text.index(",", _skip(text, end)) + 1
    if start and text[start - 1] == "\n":  # its own line: the line's start goes with it
        start -= 2 if text[start - 2 : start - 1] == "\r" else 1
    elif not is_last:
        start = member.start
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    if is_last and not alone and not parent.trailing_comma:
        before = parent.members[index - 1].node.end
        comma = text.index(",", _skip(text, before))
        return text[:comma] + text[comma + 1 : start] + text[end:]
    if alone and not text[parent.start + 1 : start].strip() and not text[end : parent.end - 1].strip():
        return text[: parent.start + 1] + text[parent.end - 1 :]
    return text[:start] + text[end:]


def _dump(value: JSON, margin: str, step: str | None, newline: str) -> str:
    if step is None:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=step).replace("\n", newline + margin)


def _newline(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _step(text: str) -> str:
    found = re.search(r"[\[{][^\n]*\n([ \t]+)\S", text)
    return found[1] if found else "  "


def _margin(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _skip(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int, depth: int) -> Node:
    if depth > _DEEPEST:
        raise NotJSON(f"nested deeper than {_DEEPEST} levels", text, at)
    if text[at : at + 1] in ("{", "["):
        return _container(text, at, depth)
    if found := _STRING.match(text, at) or _ATOM.match(text, at):
        try:
            return Node(at, found.end(), json.loads(found[0]))
        except ValueError as error:
            raise NotJSON("not a valid string or number", text, at) from error
    raise NotJSON("expected a value" if at < len(text) else "ends in the middle", text, at)


def _container(text: str, at: int, depth: int) -> Node:
    is_object = text[at] == "{"
    close = "}" if is_object else "]"
    members: list[Member] = []
    comma, here = True, _skip(text, at + 1)
    while text[here : here + 1] != close:
        if not comma:
            raise NotJSON(f"expected a comma or {close!r}", text, here)
        member = _pair(text, here, depth) if is_object else Member(None, here, _value(text, here, depth + 1))
        members.append(member)
        here = _skip(text, member.node.end)
        comma = text[here : here + 1] == ","
        here = _skip(text, here + 1) if comma else here
    value: JSON = (
        {str(one.key): one.node.value for one in members} if is_object else [one.node.value for one in members]
    )
    return Node(at, here + 1, value, members, trailing_comma=comma and bool(members))


def _pair(text: str, at: int, depth: int) -> Member:
    found = _STRING.match(text, at)
    if not found:
        raise NotJSON("expected a name in double quotes" if at < len(text) else "ends in the middle", text, at)
    colon = _skip(text, found.end())
    if text[colon : colon + 1] != ":":
        raise NotJSON("expected a colon", text, colon)
    return Member(json.loads(found[0]), at, _value(text, _skip(text, colon + 1), depth + 1))
