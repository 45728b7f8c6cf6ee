"""What crosses between the solution's process and the tests': length-prefixed JSON, in which every value has a tag.

Each side takes the other for hostile: nothing is unpickled, a message has a size, a value a depth. Plain values travel
as copies; whatever else there is stays where it was made and is lent by number.
"""

from __future__ import annotations

import collections
import json
import socket
import struct
from collections.abc import Callable
from typing import Any

from . import arrays, frames, plain

MAX_MESSAGE = 16 << 20
MAX_DEPTH = 100
_SEQUENCES: dict[str, Callable[[Any], Any]] = {"l": list, "t": tuple, "s": set, "F": frozenset}
_SEQUENCE_TAGS = {kind: tag for tag, kind in _SEQUENCES.items()}
_MAPPINGS: dict[str, Callable[[Any], Any]] = {
    "d": dict,
    "C": collections.Counter,
    "O": collections.OrderedDict,
}
_MAPPING_TAGS: dict[Any, str] = {
    dict: "d", collections.Counter: "C", collections.OrderedDict: "O",
}  # fmt: skip
_READERS = {**plain.READERS, **arrays.READERS, **frames.READERS}


class Malformed(Exception):
    """The other side sent what no honest one would, or a value that is nested too deeply to be sent."""


class Nonsense(Malformed):
    """What came in is no message."""


class Channel:
    """One end of the socket between the two processes."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)

    def send(self, message: object) -> None:
        """Send one message; raises Malformed if it is too large, OSError if nobody is there."""
        body = json.dumps(message, separators=(",", ":")).encode("ascii")
        if len(body) > MAX_MESSAGE:
            raise Malformed(f"{len(body):,} bytes are more than may cross at once")
        self._socket.sendall(struct.pack(">I", len(body)) + body)

    def receive(self) -> dict[str, Any]:
        """Return the next message; raises EOFError at the end, Nonsense for anything that isn't a message."""
        (size,) = struct.unpack(">I", self._exactly(4))
        if size > MAX_MESSAGE:
            raise Nonsense("an oversized message")
        try:
            message = json.loads(self._exactly(size))
        except (ValueError, RecursionError) as error:
            raise Nonsense("not JSON") from error
        if not isinstance(message, dict):
            raise Nonsense("not a message")
        return message

    def _exactly(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            part = self._socket.recv(min(size, 1 << 16))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class Codec:
    """Values to JSON and back. `lend` makes a tag of what isn't plain, `borrow` a stand-in of such a tag.

    `watch` is told of every text and path that leaves.
    """

    def __init__(
        self,
        lend: Callable[[object], object],
        borrow: Callable[[list[Any]], object],
        watch: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._lend, self._borrow, self._watch = lend, borrow, watch

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the JSON of a value; raises Malformed if it is nested too deeply, as a cycle is."""
        kind = type(value)
        if kind is str:
            self._watch(value)
        if value is None or kind in (bool, str, int, float):
            return plain.bare(value, kind)
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply to be handed over")
        if kind in _SEQUENCE_TAGS:
            return [_SEQUENCE_TAGS[kind], [self.encode(item, depth + 1) for item in value]]
        if kind in _MAPPING_TAGS:
            pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in dict.items(value)]
            return [_MAPPING_TAGS[kind], pairs]
        if kind is plain.PATH:
            self._watch(str(value))
        if kind is collections.defaultdict:
            return ["D", self.encode(dict(value), depth + 1), self.encode(value.default_factory, depth + 1)]
        written = self._value(value, kind, depth)
        return self._lend(value) if written is None else written

    def _value(self, value: Any, kind: type, depth: int) -> list[Any] | None:
        def write(inner: Any) -> Any:
            return self.encode(inner, depth + 1)

        writer = plain.WRITERS.get(kind)
        if writer is not None:
            return writer(value, write)
        return arrays.write_array(value, kind, write) or frames.write_frame(value, kind, write)

    def decode(self, data: Any, depth: int = 0) -> Any:
        """Return the value; raises Malformed for whatever isn't one."""
        try:
            return self._decode(data, depth)
        except Malformed:
            raise
        except Exception as error:  # whatever a library says to nonsense
            raise Malformed(f"not a value ({type(error).__name__})") from error

    def _decode(self, data: Any, depth: int) -> Any:
        if not isinstance(data, list):
            if isinstance(data, dict):
                raise Malformed("not a value")
            return data
        if depth > MAX_DEPTH:  # what came in must be able to go back
            raise Malformed("nested too deeply")
        tag = data[0]
        if tag in _SEQUENCES:
            return _SEQUENCES[tag]([self._decode(item, depth + 1) for item in data[1]])
        if tag in _MAPPINGS:
            return _MAPPINGS[tag]({self._decode(k, depth + 1): self._decode(v, depth + 1) for k, v in data[1]})
        if tag == "D":
            return collections.defaultdict(self._decode(data[2], depth + 1), self._decode(data[1], depth + 1))
        if tag in _READERS:
            return _READERS[tag](lambda inner: self._decode(inner, depth + 1), *data[1:])
        return self._borrow(data)
