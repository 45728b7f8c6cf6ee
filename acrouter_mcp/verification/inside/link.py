"""The tests' end of the channel: questions to the solution's process, and what its answers may become here.

An answer is data from an enemy. It turns into plain values, stand-ins, or an `Exception`; never into code that runs
here.
"""

from __future__ import annotations

import builtins
import importlib
import operator
import os
import sys
import tempfile
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from .faults import Origin
from .wire import Channel, Codec, Malformed, copy_back
from .worker import LIBRARY, library_name

_NOT_HERE = (KeyboardInterrupt, GeneratorExit)
"""Exceptions that would steer the test runner; SystemExit doesn't, and tests ask for it."""
_MAX_LOANS = 200
_PROGRAMS = {"this", "antigravity", "test", "idlelib", "turtledemo", "lib2to3", "ensurepip", "venv"}
"""Of the standard library, what does something when it is imported."""
_STANDARD: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
"""Empty before Python 3.10."""


class Link:
    """Asks the solution's process. `stop` says why nothing more can be learned this way, and doesn't return.

    It is called with `gone` when the solution's process has ended or talks nonsense, with `limit` when the tests want
    to hand over what can't cross.
    """

    def __init__(self, channel: Channel, own: Iterable[str], stop: Callable[[str, str], NoReturn]) -> None:
        self.stop = stop
        self.opaque = 0
        self.seen: set[int] = set()
        """Classes that the tests themselves have looked up by name: their objects may be asked."""
        self.believed: set[int] = set()
        """Those of `seen` that the tests know by a class's name, not a function's: their objects may be compared."""
        self.stand_in: Callable[[list[Any]], object] = lambda data: stop("gone", f"an unknown tag {data[0]!r}")
        self._own = frozenset(own)
        self._channel = channel
        self._codec = Codec(self._lend, self._borrow, self._crossing)
        self._numbers: dict[int, tuple[object, int]] = {}
        self._stand_ins: dict[int, object] = {}
        self._lent: list[Callable[..., object]] = []
        self._raised: list[BaseException] = []
        self._failed: BaseException | None = None
        self._loans: list[tuple[list[Any], Any, Any]] = []
        self._scratch = tempfile.gettempdir() + os.sep

    def number(self, stand_in: object) -> int | None:
        """Return the number of a stand-in; None for anything else."""
        found = self._numbers.get(id(stand_in))
        return found[1] if found and found[0] is stand_in else None

    def keep(self, stand_in: object, number: int) -> None:
        """Remember a stand-in: the same thing over there is the same stand-in here."""
        self._numbers[id(stand_in)] = stand_in, number
        self._stand_ins[number] = stand_in

    def known(self, number: int) -> object:
        """Return the stand-in of a number; None if there is none yet."""
        return self._stand_ins.get(number)

    def call(self, number: int, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call a function or class; what it did to plain arguments in place is done to ours."""
        sent = self.encode(list(arguments)), self.encode(named)
        reply = self._ask({"do": "call", "on": ["own", number], "a": sent[0], "k": sent[1]})
        if "changed" in reply:
            changed = self.decode(reply["changed"])
            if type(changed) is list and len(changed) == 2:
                copy_back(list(arguments), changed[0])
                copy_back(named, changed[1])
        return self.decode(reply.get("ok"))

    def get(self, number: int, name: str) -> Any:
        """Return an attribute; a container that is changed here is changed there before the next question."""
        reply = self._ask({"do": "get", "on": ["own", number], "name": name})
        value = self.decode(reply.get("ok"))
        if type(value) in (list, dict, set, bytearray):
            question = {"do": "get", "on": ["own", number], "name": name}
            self._loans = [*self._loans[-_MAX_LOANS:], ([number, name, question], value, reply.get("ok"))]
        return value

    def do(self, what: str, number: int, **facts: Any) -> Any:
        """Ask for anything else; `value` and the members of `a` are handed over as values."""
        if "value" in facts:
            facts["value"] = self.encode(facts["value"])
        if "a" in facts:
            facts["a"] = self.encode(list(facts["a"]))
        return self.decode(self._ask({"do": what, "on": ["own", number], **facts}).get("ok"))

    def load(self, module: str) -> tuple[int, list[str], list[str] | None]:
        """Import a module over there; returns its number, its names, and its `__all__`."""
        reply = self._ask({"do": "import", "name": module})
        names, listed = reply.get("names"), self.decode(reply.get("all"))
        if type(reply.get("ok")) is not int or not _all_text(names) or not (listed is None or _all_text(listed)):
            self.stop("gone", "it answered an import with nonsense")
        return reply["ok"], names or [], listed

    def encode(self, value: Any) -> Any:
        """Return a value for the other side; what can't cross ends the run with `limit`."""
        try:
            return self._codec.encode(value)
        except Malformed as error:
            self.stop("limit", str(error))

    def decode(self, data: Any) -> Any:
        """Return a value from the other side; nonsense ends the run with `gone`."""
        try:
            return self._codec.decode(data)
        except Malformed as error:
            self.stop("gone", f"its answer is {error}")

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._return_loans()
        reply = self._exchange(message)
        failed, self._failed = self._failed, None
        if failed is not None:  # a check in a function of the tests' failed: the solution may not swallow that
            raise failed
        if "exc" in reply:
            raise self._error(reply["exc"])
        return reply

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            self._channel.send(message)
            while True:
                reply = self._channel.receive()
                self._print(reply)
                if "call" not in reply:
                    return reply
                self._channel.send(self._called_back(reply))
        except (EOFError, OSError):
            self.stop("gone", "")
        except Malformed as error:
            self.stop("gone", f"it sent {error}")

    def _called_back(self, message: dict[str, Any]) -> dict[str, Any]:
        """Call one of the tests' functions for the solution."""
        number = message["call"]
        if type(number) is not int or not 0 <= number < len(self._lent):
            self.stop("gone", "it called what it wasn't given")
        arguments, named = self.decode(message.get("a")), self.decode(message.get("k"))
        if type(arguments) is not list or type(named) is not dict:
            self.stop("gone", "it called with nonsense")
        before = self.encode([arguments, named])
        try:
            answer = {"returned": self.encode(self._lent[number](*arguments, **named))}
        except BaseException as error:
            if isinstance(error, AssertionError) or not isinstance(error, Exception):
                self._failed = self._failed or error
            self._raised.append(error)
            answer = {"raised": len(self._raised) - 1, "kind": type(error).__name__, "text": str(error)}
        after = self.encode([arguments, named])
        return answer if after == before else {**answer, "changed": after}

    def _error(self, data: Any) -> BaseException:
        """Return what the solution raised: an `Exception`, or SystemExit; its own class stands in for others."""
        if type(data) is list and data[:1] == ["raised"] and type(data[1]) is int and 0 <= data[1] < len(self._raised):
            return self._raised[data[1]]
        error = self.decode(data)
        if not isinstance(error, BaseException):
            self.stop("gone", "it raised nonsense")
        return error

    def error(self, number: int, kind: Any, arguments: list[Any], text: str, origin: Origin) -> BaseException:
        """Return a stand-in for an exception object."""
        if isinstance(kind, type) and issubclass(kind, (Exception, SystemExit)):
            try:
                error = kind.__new__(kind, *arguments)
                if type(kind) is type:
                    kind.__init__(error, *arguments)  # pyright: ignore[reportArgumentType]
            except Exception:
                error = Exception.__new__(Exception, text)
        else:
            error = RuntimeError(f"{getattr(kind, '__name__', kind)}: {text}")
        error.args = tuple(arguments)
        if isinstance(error, ModuleNotFoundError) and origin.environment is None:
            error.name = None
        vars(error).update({"__acrouter__": origin, "__acrouter_text__": text})
        self.keep(error, number)
        return error

    def _return_loans(self) -> None:
        """Hand back containers of the solution's that the tests have changed."""
        loans, self._loans = self._loans, []
        for (number, name, question), value, before in loans:
            now = self.encode(value)
            if now == before:
                self._loans.append(([number, name, question], value, before))
                continue
            reply = self._exchange(question)
            if reply.get("ok") == before:  # still what it was over there
                self._exchange({"do": "refill", "on": ["own", number], "name": name, "value": now})
            self._loans.append(([number, name, question], value, now))

    def _print(self, message: dict[str, Any]) -> None:
        for name, stream in (("out", sys.stdout), ("err", sys.stderr)):
            text = message.get(name)
            if type(text) is str and text:
                stream.write(text)

    def _lend(self, value: Any) -> object:
        number = self.number(value)
        if number is not None:
            return ["own", number]
        name = library_name(value)
        if name is not None:
            return ["g", *name]
        if isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] in _STANDARD:
            return ["m", value.__name__]
        if type(value) in vars(builtins).values() and isinstance(value, Exception):
            return ["x", type(value).__name__, [self._codec.encode(a) for a in value.args]]
        if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
            self._lent.append(value)
            return ["yours", len(self._lent) - 1, value.__name__]
        return self.stop("limit", f"the tests hand over {type(value).__name__} objects of their own")

    def _borrow(self, data: list[Any]) -> object:
        if data[0] == "yours":
            return self._lent[data[1]] if type(data[1]) is int and data[1] >= 0 else None
        if data[0] == "g" and data[1] in LIBRARY:
            found = operator.attrgetter(data[2])(importlib.import_module(data[1]))
            return found if library_name(found) == (data[1], data[2]) and _harmless(found) else None
        if data[0] == "m":
            return self._module(str(data[1]))
        return self.stand_in(data)

    def _module(self, name: str) -> object:
        top = name.partition(".")[0]
        if top not in self._own and top not in _STANDARD - _PROGRAMS and top not in ("numpy", "pandas"):
            raise ValueError("a module of its own making")
        return importlib.import_module(name)

    def _crossing(self, value: str) -> None:
        """End the run if a file that is only here is spoken of: the solution's process doesn't see it."""
        if value.startswith(self._scratch) and Path(value).exists():
            self.stop("limit", "the tests hand over a file")


def _harmless(value: object) -> bool:
    """Whether a library's function or class may be called by tests in the belief that it is the solution's."""
    if isinstance(value, type) or getattr(value, "__module__", None) != "builtins":
        return True
    return getattr(value, "__name__", "") not in ("eval", "exec", "compile", "open", "setattr", "delattr", "__import__",
                                                  "breakpoint", "input", "globals", "locals", "vars")  # fmt: skip


def _all_text(value: object) -> bool:
    return type(value) is list and all(type(item) is str for item in value)
