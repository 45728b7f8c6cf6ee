"""What is put into a host's files, and taken out again: one small record per entry, over the text of one file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install import jsonc, toml, yaml

BEGIN, END = "<!-- acrouter:begin -->", "<!-- acrouter:end -->"
MADE = "Made by `acrouter-mcp install`"
"""What a file that is ours alone says of itself."""

_HOOK = re.compile(r"acrouter-mcp(?:\.exe)?[\"']? hook \w+ --host ")
_BLOCK = re.compile(rf"(?:\r?\n)?{re.escape(BEGIN)}.*?{re.escape(END)}(?:\r?\n)?", re.DOTALL)
_OF_A_SERVER = frozenset({"command", "args", "env", "environment", "type", "url", "httpUrl", "serverUrl"})


class Edit(Protocol):
    """One entry of ours in one file. Both ways take and return the file's whole text; a missing file is empty.

    Raises (both ways): ValueError, where the text can't be read or has no room for the entry; says the line.
    """

    @property
    def key(self) -> str:
        """What tells it from every other entry of the file."""
        ...

    def put(self, text: str) -> str:
        """Return the text with the entry, the same text where it is there."""
        ...

    def take(self, text: str, before: str | None, /) -> str:
        """Return the text without the entry; `before` is what the file said before it was put there, if known."""
        ...


@dataclass(frozen=True, slots=True)
class Server:
    """The server's table in a JSON file, at `path`; what a user has added to it stays."""

    path: tuple[str, ...]
    value: Mapping[str, JSON]

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        return ".".join(self.path)

    def put(self, text: str) -> str:
        """Return the text with it."""
        found = jsonc.find(jsonc.parse(text), self.path)
        return jsonc.put(text, self.path, merged(found.value if found else None, self.value))

    def take(self, text: str, before: str | None) -> str:
        """Return the text without it."""
        return jsonc.take(text, self.path, _was_there(before))


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in a JSON file that isn't ours alone: put where there is none, taken where it is still what we put."""

    path: tuple[str, ...]
    value: JSON

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        return ".".join(self.path)

    def put(self, text: str) -> str:
        """Return the text with it."""
        return text if jsonc.find(jsonc.parse(text), self.path) else jsonc.put(text, self.path, self.value)

    def take(self, text: str, before: str | None) -> str:
        """Return the text without it."""
        keep = _was_there(before)
        found = jsonc.find(jsonc.parse(text), self.path)
        if found is None or found.value != self.value or keep(self.path):
            return text
        return jsonc.take(text, self.path, keep)


@dataclass(frozen=True, slots=True)
class Rule:
    """A string in a list of a JSON file."""

    path: tuple[str, ...]
    value: str

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        return f"{'.'.join(self.path)}[{self.value}]"

    def put(self, text: str) -> str:
        """Return the text with it."""
        return jsonc.put_item(text, self.path, self.value, self._is_ours)

    def take(self, text: str, before: str | None) -> str:
        """Return the text without it."""
        found = jsonc.find(jsonc.parse(before), self.path) if before else None
        if found is not None and isinstance(found.value, list) and self.value in found.value:
            return text  # the user's own
        return jsonc.take_item(text, self.path, self._is_ours, _was_there(before))

    def _is_ours(self, value: JSON) -> bool:
        return value == self.value


@dataclass(frozen=True, slots=True)
class Hooks:
    """Our hooks in a JSON file, one entry an event; entries of ours under other events are an older version's."""

    events: Mapping[str, JSON]
    path: tuple[str, ...] = ("hooks",)

    key = "hooks"

    def put(self, text: str) -> str:
        """Return the text with it."""
        for event in self._events(text):
            if event not in self.events:
                text = jsonc.take_item(text, (*self.path, event), _is_hook, lambda _path: False)
        for event, entry in self.events.items():
            text = jsonc.put_item(text, (*self.path, event), entry, _is_hook)
        return text

    def take(self, text: str, before: str | None) -> str:
        """Return the text without it."""
        for event in self._events(text):
            text = jsonc.take_item(text, (*self.path, event), _is_hook, _was_there(before))
        return text

    def _events(self, text: str) -> tuple[str, ...]:
        found = jsonc.find(jsonc.parse(text), self.path)
        return tuple(str(member.key) for member in found.members) if found else ()


@dataclass(frozen=True, slots=True)
class Table:
    """The server's table in a TOML file."""

    path: tuple[str, ...]
    value: Mapping[str, JSON]

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        return ".".join(self.path)

    def put(self, text: str) -> str:
        """Return the text with it."""
        return toml.put(text, self.path, merged(toml.get(text, self.path), self.value))

    def take(self, text: str, _before: str | None) -> str:
        """Return the text without it."""
        return toml.take(text, self.path)


@dataclass(frozen=True, slots=True)
class Listed:
    """The server's item in a list of a YAML file, told by its `name`."""

    name: str
    value: Mapping[str, JSON]

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        return f"{self.name}[{self.value['name']}]"

    def put(self, text: str) -> str:
        """Return the text with it."""
        return yaml.put_item(text, self.name, dict(self.value))

    def take(self, text: str, _before: str | None) -> str:
        """Return the text without it."""
        return yaml.take_item(text, self.name, str(self.value["name"]))


@dataclass(frozen=True, slots=True)
class Block:
    """A marked part of a Markdown file."""

    text: str

    key = "block"

    def put(self, text: str) -> str:
        """Return the text with it."""
        newline = "\r\n" if "\r\n" in text else "\n"
        block = f"{BEGIN}\n{self.text}\n{END}\n".replace("\n", newline)
        if found := _BLOCK.search(text):
            old = found[0]
            lead = old[: old.index(BEGIN)]
            return text if old == lead + block else text[: found.start()] + lead + block + text[found.end() :]
        gap = "" if not text else newline if text.endswith("\n") else newline * 2
        return text + gap + block

    def take(self, text: str, _before: str | None) -> str:
        """Return the text without it."""
        return _BLOCK.sub("", text)


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that is ours alone; it says so by `MADE`."""

    text: str

    key = "file"

    def put(self, text: str) -> str:
        """Return the text with it."""
        if text.strip() and MADE not in text:
            raise ValueError("line 1: there is a file of yours by this name; move it away")
        return self.text

    def take(self, text: str, _before: str | None) -> str:
        """Return the text without it."""
        return "" if MADE in text else text


def merged(old: object, new: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the server's table with what the user added to theirs; the old one itself where it says all of ours."""
    if not isinstance(old, dict):
        return dict(new)
    if all(name in old and old[name] == value for name, value in new.items()) and not (
        _OF_A_SERVER & (old.keys() - new.keys() - {"env", "environment"})
    ):
        return old
    return {**new, **{name: value for name, value in old.items() if name not in new and name not in _OF_A_SERVER}}


def _is_hook(value: JSON) -> bool:
    """Return whether all commands of a hook's entry are ours."""
    commands = list(_commands(value))
    return bool(commands) and all(_HOOK.search(command) for command in commands)


def _commands(value: JSON) -> list[str]:
    if isinstance(value, list):
        return [command for one in value for command in _commands(one)]
    if not isinstance(value, dict):
        return []
    here = [text for name in ("command", "bash", "powershell") if isinstance(text := value.get(name), str)]
    return here + [command for one in value.values() if isinstance(one, dict | list) for command in _commands(one)]


def _was_there(before: str | None) -> Callable[[tuple[str, ...]], bool]:
    root = jsonc.parse(before) if before else None
    return lambda path: root is not None and jsonc.find(root, path) is not None
