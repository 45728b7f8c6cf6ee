"""An exception in words for an agent, and whether it is the environment's fault rather than the solution's."""

from __future__ import annotations

import errno
import linecache
import socket
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

_MESSAGE = 1000
_NETWORK = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}


class Explained(AssertionError):
    """The failure of a rewritten assertion, whose text has its source in it."""


@dataclass(frozen=True)
class Origin:
    """What is known of an error that came from the solution's own process; kept in its `__acrouter__`."""

    where: str
    environment: str | None


def origin(error: BaseException) -> Origin | None:
    """Return where an error came from, if that is another process."""
    found = vars(error).get("__acrouter__")
    return found if isinstance(found, Origin) else None


def describe(error: BaseException, work: Path) -> str:
    """Return type and text of `error`, and the last line below `work` that raised it; at most 1000 characters."""
    try:
        text = str(error)
    except BaseException:  # judged code wrote this __str__
        text = "<no text>"
    if isinstance(error, Explained):
        return text[:_MESSAGE]
    place = where(error, work)
    if isinstance(error, AssertionError):
        return f"{text[: _MESSAGE - 200] or 'assertion failed'}{place}"
    if isinstance(error, SystemExit):
        return f"called sys.exit({text}){place}"[:_MESSAGE]
    return f"{type(error).__name__}: {text[: _MESSAGE - 200]}{place}"


def where(error: BaseException, work: Path) -> str:
    """Return the last line below `work` that an error passed through, in brackets; empty if there is none."""
    if known := origin(error):
        return known.where
    if isinstance(error, SyntaxError):
        return ""  # its text names the line
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(work))]
    if not frames:
        return ""
    last = frames[-1]
    name = Path(last.filename).relative_to(work)
    source = linecache.getline(last.filename, last.lineno or 0).strip()
    return f" ({name} line {last.lineno}: {source[:120]})"


def environment_fault(error: BaseException, present: frozenset[str]) -> str | None:
    """Return what the environment lacks if that is what `error` is about: a module, or the network.

    `present` are the top-level modules that are known to be here, the solution's own among them.
    """
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        fault = _fault(current, present)
        if fault:
            return fault
        current = current.__cause__ or current.__context__
    return None


def _fault(error: BaseException, present: frozenset[str]) -> str | None:
    if known := origin(error):
        return known.environment
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = str(error.name).split(".")[0]
        here = top in present or top in getattr(sys, "stdlib_module_names", ())
        return None if here else f"module {top!r} is not installed"
    if isinstance(error, socket.gaierror):
        return "the network is not available"
    if isinstance(error, OSError) and error.errno in _NETWORK:
        return "the network is not available"
    return None


def raised_in(error: BaseException, places: frozenset[str]) -> bool:
    """Whether `error` came from the solution's process, or through a frame of one of the files `places`."""
    if origin(error):
        return True
    return any(frame.filename in places for frame in traceback.extract_tb(error.__traceback__))
