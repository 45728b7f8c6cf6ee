"""An item of ours in a list at the top of somebody else's YAML: lines are added or taken, no other is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install import jsonc


class NotYAML(ValueError):
    """The text can't be read, or not be changed without a loss; says where and why."""


def put_item(text: str, key: str, value: dict[str, JSON]) -> str:
    """Have `value` in the list under the top-level `key`, in place of the item of the same `name`."""
    if _is_json(text):
        return jsonc.put_item(text, (key,), value, _named(value["name"]))
    items = _load(text).get(key) or []
    if not isinstance(items, list):
        raise NotYAML(f"{key} is no list")
    if value in items:
        return text
    bare = take_item(text, key, str(value["name"]))
    wanted = _load(bare)
    wanted[key] = [*(wanted.get(key) or []), value]
    changed = _added(bare, key, value)
    if _load(changed) != wanted:
        raise NotYAML(f"{key} is written in a way that can't be changed without a loss; add the server by hand")
    return changed


def take_item(text: str, key: str, name: str) -> str:
    """Remove the item of that name from the list under `key`, and an empty list with its key."""
    if _is_json(text):
        return jsonc.take_item(text, (key,), _named(name), lambda _path: False)
    said = _load(text)
    items = said.get(key) or []
    index = next((number for number, one in enumerate(items) if _named(name)(one)), None)
    if index is None:
        return text
    left = [*items[:index], *items[index + 1 :]]
    changed = _cut(text, key, index)
    wanted = {**said, key: left} if left else {one: what for one, what in said.items() if one != key}
    if _load(changed) != wanted:
        raise NotYAML(f"{key} is written in a way that can't be changed without a loss; remove the server by hand")
    return changed


def _named(name: JSON) -> Callable[[JSON], bool]:
    return lambda one: isinstance(one, dict) and one.get("name") == name


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _load(text: str) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    try:
        found = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise NotYAML(f"{where}{error.problem or 'not valid YAML'}") from error
    except (YAMLError, ValueError) as error:
        raise NotYAML("not valid YAML") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise NotYAML("line 1: expected keys and values")
    return found


def _list(text: str, key: str) -> tuple[Node, Node] | None:
    root = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(root, MappingNode):
        return None
    return next(((name, value) for name, value in root.value if name.value == key), None)


def _added(text: str, key: str, value: dict[str, JSON]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    found = _list(text, key)
    end = text if not text or text.endswith("\n") else text + newline
    if found is None:
        return end + f"{key}:{newline}" + _item(value, "  ", newline)
    name, node = found
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        margin = " " * (node.value[0].start_mark.column - 2)
        at = _line_after(text, node.value[-1])
        head = text[:at] if text[:at].endswith("\n") else text[:at] + newline
        return head + _item(value, margin, newline) + text[at:]
    if isinstance(node, SequenceNode) and node.value:  # [{...}]
        last = node.value[-1].end_mark.index
        return text[:last] + ", " + json.dumps(value, ensure_ascii=False) + text[last:]
    start, stop = name.end_mark.index, max(name.end_mark.index + 1, node.end_mark.index)
    rest = text[stop:].lstrip(" ")
    return text[:start] + f":{newline}" + _item(value, "  ", newline) + rest.removeprefix("\r").removeprefix("\n")


def _item(value: dict[str, JSON], margin: str, newline: str) -> str:
    lines = [f"{name}: {json.dumps(one, ensure_ascii=False)}" for name, one in value.items()]
    return "".join(f"{margin}{'- ' if not n else '  '}{line}{newline}" for n, line in enumerate(lines))


def _cut(text: str, key: str, index: int) -> str:
    name, node = _list(text, key) or (None, None)
    if name is None or not isinstance(node, SequenceNode):  # an alias
        return text
    item = node.value[index]
    if node.flow_style:
        start, stop = item.start_mark.index, item.end_mark.index
        before, after = text[:start].rstrip(" "), text[stop:].lstrip(" ")
        if len(node.value) == 1:
            return text[: name.start_mark.index] + text[node.end_mark.index :].removeprefix("\r").removeprefix("\n")
        return before.removesuffix(",") + after if index else text[:start] + after.removeprefix(",").lstrip(" ")
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    if len(node.value) == 1:
        start = text.rfind("\n", 0, name.start_mark.index) + 1
    return text[:start] + text[_line_after(text, item) :]


def _line_after(text: str, node: Node) -> int:
    """Return where the line begins that follows a block's last word; comments and empty lines behind it are not its."""
    body = text[: node.end_mark.index]
    lines = body.splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    at = sum(map(len, lines))
    if at and text[at - 1] != "\n":
        line_end = text.find("\n", at)
        return len(text) if line_end < 0 else line_end + 1
    return at
