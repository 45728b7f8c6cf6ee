"""What crosses between the solution's process and the tests': length-prefixed JSON, in which every value has a tag.

Each side takes the other for hostile: nothing is unpickled, a message has a size, a value a depth. Plain values travel
as copies; whatever else there is stays where it was made and is lent by number.
"""

from __future__ import annotations

import base64
import collections
import datetime
import decimal
import fractions
import json
import math
import pathlib
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

MAX_MESSAGE = 16 << 20
MAX_DEPTH = 100
_SMALL = 1 << 53
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_SEQUENCES: dict[str, Callable[[Any], Any]] = {"l": list, "t": tuple, "s": set, "F": frozenset}
_SEQUENCE_TAGS = {kind: tag for tag, kind in _SEQUENCES.items()}
_MAPPINGS: dict[str, Callable[[Any], Any]] = {
    "d": dict,
    "C": collections.Counter,
    "O": collections.OrderedDict,
    "D": lambda items: collections.defaultdict(None, items),
}
_MAPPING_TAGS: dict[Any, str] = {
    dict: "d", collections.Counter: "C", collections.OrderedDict: "O", collections.defaultdict: "D",
}  # fmt: skip
_DATES = {kind.__name__: kind for kind in (datetime.date, datetime.datetime, datetime.time)}


class Malformed(Exception):
    """The other side sent what no honest one would, or a value that is nested too deeply to be sent."""


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
        """Return the next message; raises EOFError at the end, Malformed for anything that isn't a message."""
        (size,) = struct.unpack(">I", self._exactly(4))
        if size > MAX_MESSAGE:
            raise Malformed("an oversized message")
        try:
            message = json.loads(self._exactly(size))
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
        if not isinstance(message, dict):
            raise Malformed("not a message")
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
            return _encode_bare(value, kind)
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply to be handed over")
        if kind in _SEQUENCE_TAGS:
            return [_SEQUENCE_TAGS[kind], [self.encode(item, depth + 1) for item in value]]
        if kind in _MAPPING_TAGS:
            pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in dict.items(value)]
            return [_MAPPING_TAGS[kind], pairs]
        plain = _encode_rarer(value, kind)
        if plain is not None:
            if kind is type(pathlib.Path()):
                self._watch(str(value))
            return plain
        if kind is collections.deque:
            return ["q", [self.encode(item, depth + 1) for item in value], value.maxlen]
        return self._lend(value)

    def decode(self, data: Any, depth: int = 0) -> Any:
        """Return the value; raises Malformed for whatever isn't one."""
        try:
            return self._decode(data, depth)
        except (TypeError, ValueError, IndexError, KeyError, ArithmeticError, AttributeError, RecursionError) as error:
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
        if tag == "q":
            return collections.deque([self._decode(item, depth + 1) for item in data[1]], data[2])
        if tag in _RARER:
            return _RARER[tag](*data[1:])
        return self._borrow(data)


def _encode_bare(value: Any, kind: type) -> Any:
    """Return what JSON can say itself, and numbers that it can't."""
    if kind is int and not -_SMALL < value < _SMALL:
        return ["i", hex(value)]
    if kind is float and not math.isfinite(value):
        return ["fl", repr(value)]
    return value


def _encode_rarer(value: Any, kind: type) -> list[Any] | None:
    """Return the JSON of plain values that hold no others; None for everything else."""
    if kind is bytes or kind is bytearray:
        return ["b" if kind is bytes else "B", base64.b64encode(value).decode("ascii")]
    if kind is complex:
        return ["cx", repr(value.real), repr(value.imag)]
    if kind is range:
        return ["r", hex(value.start), hex(value.stop), hex(value.step)]
    if kind is slice and all(type(part) in (int, type(None)) for part in (value.start, value.stop, value.step)):
        return ["sl", value.start, value.stop, value.step]
    if kind is decimal.Decimal:
        return ["dec", str(value)]
    if kind is fractions.Fraction:
        return ["fr", hex(value.numerator), hex(value.denominator)]
    return _encode_foreign(value, kind)


def _encode_foreign(value: Any, kind: type) -> list[Any] | None:
    if kind in _DATES.values() and getattr(value, "tzinfo", None) is None:
        return ["dt", kind.__name__, value.isoformat()]
    if kind is datetime.timedelta:
        return ["td", value.days, value.seconds, value.microseconds]
    if kind is type(pathlib.Path()):
        return ["p", str(value)]
    if kind is type(NotImplemented) or kind is type(Ellipsis):
        return ["n" if value is NotImplemented else "e."]
    return _encode_array(value, kind)


def _encode_array(value: Any, kind: type) -> list[Any] | None:
    """Return the JSON of a numpy array or scalar: its type, shape and bytes. Arrays of objects are no plain values."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not (kind is numpy.ndarray or issubclass(kind, numpy.generic)):
        return None
    if value.dtype.hasobject or value.dtype.fields:
        return None
    data = base64.b64encode(value.tobytes()).decode("ascii")
    return ["nd", value.dtype.str, list(value.shape), data, kind is not numpy.ndarray]


def _array(dtype: str, shape: list[int], data: str, scalar: bool) -> Any:
    import numpy as np  # only where a value of it crosses

    kind = np.dtype(str(dtype))
    if kind.hasobject:
        raise Malformed("an array of objects")
    array = np.frombuffer(base64.b64decode(data), dtype=kind).reshape([int(n) for n in shape]).copy()
    return array[()] if scalar else array


_RARER: dict[str, Callable[..., Any]] = {
    "i": lambda digits: int(digits, 16),
    "fl": _FLOATS.__getitem__,
    "b": base64.b64decode,
    "B": lambda data: bytearray(base64.b64decode(data)),
    "cx": lambda real, imag: complex(float(real), float(imag)),
    "r": lambda *parts: range(*(int(part, 16) for part in parts)),
    "sl": slice,
    "dec": decimal.Decimal,
    "fr": lambda over, under: fractions.Fraction(int(over, 16), int(under, 16)),
    "dt": lambda name, text: _DATES[name].fromisoformat(text),
    "td": datetime.timedelta,
    "p": pathlib.Path,
    "n": lambda: NotImplemented,
    "e.": lambda: ...,
    "nd": _array,
}


def copy_back(ours: Any, theirs: Any) -> None:
    """Do to plain containers of ours what was done to their copies."""
    if type(ours) is not type(theirs):
        return
    if type(ours) in (list, tuple):
        for mine, other in zip(ours, theirs):  # noqa: B905 - `strict` is newer than the oldest interpreter
            copy_back(mine, other)
    if type(ours) is list:
        kept = [m if _same(m, o) else o for m, o in zip(ours, theirs)]  # noqa: B905 - as above
        ours[:] = kept + theirs[len(kept) :]
    elif type(ours) is dict:
        for key in list(ours.keys() & theirs.keys()):
            copy_back(ours[key], theirs[key])
        kept_values = {k: ours[k] if k in ours and _same(ours[k], v) else v for k, v in theirs.items()}
        ours.clear()
        ours.update(kept_values)
    elif type(ours) is set:
        ours.clear()
        ours.update(theirs)
    elif type(ours) is bytearray:
        ours[:] = theirs


def _same(ours: Any, theirs: Any) -> bool:
    """Whether a container of ours now is what theirs is, so that it may stay the object that it was."""
    return type(ours) is type(theirs) and type(ours) in (list, dict, set, bytearray)
