"""The solution's process: it serves calls on the solution's modules, and never holds a test or an expected value.

Judged code may do to this process what it likes: all that it can change are the values that it answers with.
"""

from __future__ import annotations

import builtins
import copy
import importlib
import io
import operator
import os
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .faults import describe, environment_fault, where
from .start import Orders
from .wire import Channel, Codec, Malformed, copy_back

if TYPE_CHECKING:
    import asyncio

LIBRARY = ("builtins", "math", "cmath", "collections", "collections.abc", "typing", "itertools", "functools",
           "operator", "decimal", "fractions", "datetime", "string", "statistics", "heapq", "bisect", "copy", "re",
           "_heapq", "_bisect", "_operator", "_functools", "_collections", "_collections_abc", "pathlib")  # fmt: skip
"""Modules whose functions and classes go by name: each side uses its own."""
VALUES = (bool, int, float, str, bytes, complex, tuple)
CONTAINERS = (list, dict, set, frozenset, bytearray)
_AHEAD = ("typing", "collections.abc", "dataclasses", "functools", "itertools", "heapq", "bisect", "random", "string",
          "statistics", "enum", "abc", "asyncio", "inspect", "logging", "threading", "csv", "uuid")  # fmt: skip
"""What solutions often import, to be imported while there is no work yet."""
_KEPT = 1 << 20
_MAX_BASES = 20
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)


def _exit(manager: Any, error: BaseException | None) -> object:
    kind = type(error) if error is not None else None
    return type(manager).__exit__(manager, kind, error, None)


def _reflected(operation: Callable[[Any, Any], object]) -> Callable[[Any, Any], object]:
    return lambda a, b: operation(b, a)


_SPECIAL: dict[str, Callable[..., object]] = {
    "__len__": len, "__iter__": iter, "__next__": next, "__str__": str, "__repr__": repr, "__bool__": bool,
    "__hash__": hash, "__int__": int, "__float__": float, "__index__": operator.index, "__abs__": abs,
    "__neg__": operator.neg, "__pos__": operator.pos, "__invert__": operator.invert, "__round__": round,
    "__reversed__": reversed, "__format__": format, "__bytes__": bytes, "__complex__": complex,
    "__eq__": operator.eq, "__ne__": operator.ne, "__lt__": operator.lt, "__le__": operator.le,
    "__gt__": operator.gt, "__ge__": operator.ge, "__contains__": operator.contains,
    "__getitem__": operator.getitem, "__setitem__": operator.setitem, "__delitem__": operator.delitem,
    "__copy__": copy.copy, "__deepcopy__": copy.deepcopy,
    "__enter__": lambda manager: type(manager).__enter__(manager), "__exit__": _exit,
    "__aenter__": lambda manager: type(manager).__aenter__(manager),
    "__aexit__": lambda manager: type(manager).__aexit__(manager, None, None, None),
    "__aiter__": aiter if sys.version_info >= (3, 10) else (lambda a: type(a).__aiter__(a)),
    "__anext__": lambda a: type(a).__anext__(a),
}  # fmt: skip
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift",
              "rshift"):  # fmt: skip
    _plain = _name.rstrip("_")
    _SPECIAL[f"__{_plain}__"] = getattr(operator, _name)
    _SPECIAL[f"__r{_plain}__"] = _reflected(getattr(operator, _name))
    _SPECIAL[f"__i{_plain}__"] = getattr(operator, f"i{_plain}")
_OFFERED = (*_SPECIAL, "__call__", "__await__")


class Worker:
    """Serves the tests' process until that has gone."""

    def __init__(self, channel: Channel, work: Path, present: frozenset[str]) -> None:
        self._channel, self._work, self._present = channel, work, present
        self._objects: dict[int, object] = {}
        self._numbers: dict[int, int] = {}
        self._described: set[int] = set()
        self._theirs: dict[int, tuple[object, int]] = {}
        self._codec = Codec(self._lend, self._borrow)
        self._lock = threading.RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._output, self._errors = _Capture(1), _Capture(2)
        sys.stdout, sys.stderr = self._output, self._errors

    def serve(self) -> None:
        """Answer until the channel ends."""
        while True:
            self._answer(self._channel.receive())

    def call_back(self, number: int, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        """Call a function of the tests' with plain values or our own objects."""
        with self._lock:
            given = {"a": self._codec.encode(list(arguments)), "k": self._codec.encode(named)}
            self._channel.send({"call": number, **given, **self._said()})
            while True:
                message = self._channel.receive()
                if "changed" in message:  # the tests' function changed what it was given
                    copy_back([list(arguments), named], self._codec.decode(message["changed"]))
                if "returned" in message:
                    return self._codec.decode(message["returned"])
                if "raised" in message:
                    raise self._foreign_error(message)
                self._answer(message)

    def _answer(self, message: dict[str, Any]) -> None:
        try:
            reply = self._perform(message)
        except BaseException as error:  # whatever judged code raises is its answer
            reply = self._error(error)
        try:
            self._channel.send({**reply, **self._said()})
        except Malformed as error:
            self._channel.send({**self._error(ValueError(str(error))), **self._said()})

    def _perform(self, message: dict[str, Any]) -> dict[str, Any]:
        decode, encode, what = self._codec.decode, self._codec.encode, message["do"]
        if what == "import":
            return self._import(message["name"])
        on = decode(message["on"])
        if what == "call":
            return self._call(on, message)
        if what == "special":
            return {"ok": encode(_SPECIAL[message["name"]](on, *decode(message["a"])))}
        if what == "await":
            return {"ok": encode(self._event_loop().run_until_complete(_awaited(on)))}
        return {"ok": encode(_OPERATIONS[what](on, str(message.get("name")), decode(message.get("value"))))}

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            import asyncio  # takes as long as everything else together

            self._loop = asyncio.new_event_loop()
        return self._loop

    def _import(self, name: str) -> dict[str, Any]:
        module = importlib.import_module(name)
        names = sorted(n for n in vars(module) if type(n) is str)
        listed = getattr(module, "__all__", None)
        return {
            "ok": self._number(module),
            "names": names,
            "all": None if listed is None else self._codec.encode(list(listed)),
        }

    def _call(self, function: Any, message: dict[str, Any]) -> dict[str, Any]:
        """Return the result, and the arguments if they were changed in place."""
        arguments, named = self._codec.decode(message["a"]), self._codec.decode(message["k"])
        result = self._codec.encode(function(*arguments, **named))
        changed = self._codec.encode([arguments, named])
        same = changed == ["l", [message["a"], message["k"]]]
        return {"ok": result} if same else {"ok": result, "changed": changed}

    def _said(self) -> dict[str, str]:
        return {"out": self._output.take(), "err": self._errors.take()}

    def _error(self, error: BaseException) -> dict[str, Any]:
        number = getattr(error, "_acrouter_raised", None)
        if type(number) is int:
            return {"exc": ["raised", number]}
        return {"exc": self._lend_error(error)}

    def _foreign_error(self, message: dict[str, Any]) -> BaseException:
        """Return what a test's function raised, as an exception here; it goes back as what it was."""
        kind = getattr(builtins, str(message["kind"]), RuntimeError)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            kind = RuntimeError
        try:
            error = kind(message["text"])
        except TypeError:
            error = RuntimeError(message["text"])
        error._acrouter_raised = message["raised"]  # type: ignore[attr-defined]
        return error

    def _lent(self, number: int, name: str) -> Callable[..., object]:
        """Return a function of the tests', as the solution sees it."""

        def lent(*arguments: object, **named: object) -> object:
            return self.call_back(number, arguments, named)

        lent.__name__ = lent.__qualname__ = name
        self._theirs[id(lent)] = lent, number
        return lent

    def _number(self, value: object) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = len(self._objects) + 1
            self._objects[number], self._numbers[id(value)] = value, number
        return number

    def _lend(self, value: object) -> object:
        if id(value) in self._theirs:
            return ["yours", self._theirs[id(value)][1]]
        if isinstance(value, types.ModuleType):
            return ["m", value.__name__]
        if (name := library_name(value)) is not None:
            return ["g", *name]
        if isinstance(value, type):
            return self._lend_class(value)
        if isinstance(value, BaseException):
            return self._lend_error(value)
        return self._lend_object(value)

    def _lend_object(self, value: Any) -> object:
        number = self._number(value)
        if isinstance(value, types.GeneratorType):
            return ["gen", number]
        if isinstance(value, types.CoroutineType):
            return ["co", number]
        if isinstance(value, _FUNCTIONS) and not set(getattr(value, "__dict__", ())) - {"__wrapped__"}:
            return ["f", number, str(value.__name__), value.__doc__ if type(value.__doc__) is str else None]
        described = self._lend_class(type(value))
        for kind in VALUES:
            if isinstance(value, kind):
                return ["v", number, described, kind.__name__, self._bare(kind, value)]
        return ["o", number, described]

    def _bare(self, kind: type, value: Any) -> object:
        if kind is tuple:
            return [self._codec.encode(item, 50) for item in tuple.__iter__(value)]
        return self._codec.encode(_bare(kind, value))

    def _lend_class(self, kind: type) -> object:
        if kind is object or (kind.__module__ == "builtins" and getattr(builtins, kind.__name__, None) is kind):
            return ["g", "builtins", kind.__name__]
        number = self._number(kind)
        if number in self._described:
            return ["c", number]
        self._described.add(number)
        has = [name for name in _OFFERED if getattr(kind, name, None) is not getattr(object, name, None)]
        bases = [self._lend_class(base) for base in kind.__bases__[:_MAX_BASES]]
        holds = any(issubclass(kind, container) for container in CONTAINERS)
        return ["c", number, str(kind.__name__), bases, has, holds]

    def _lend_error(self, error: BaseException) -> object:
        try:
            text = str(error)
        except BaseException:
            text = describe(error, self._work)
        arguments = [self._codec.encode(a, 50) for a in error.args[:20]]
        fault = environment_fault(error, self._present)
        return ["e", self._number(error), self._lend_class(type(error)), arguments, text[:10_000],
                where(error, self._work), fault]  # fmt: skip

    def _borrow(self, data: list[Any]) -> object:
        if data[0] == "own":
            return self._objects[data[1]]
        if data[0] == "yours":
            return self._lent(data[1], data[2])
        if data[0] == "g":
            return operator.attrgetter(data[2])(importlib.import_module(data[1]))
        if data[0] == "m":
            return importlib.import_module(data[1])
        if data[0] == "x":
            return getattr(builtins, data[1])(*[self._codec.decode(a) for a in data[2]])
        raise ValueError(data[0])


def _contents(on: Any, _name: str, _value: object) -> object:
    kind: Any = next(kind for kind in CONTAINERS if isinstance(on, kind))
    return kind(kind.copy(on))


_OPERATIONS: dict[str, Callable[[Any, str, Any], object]] = {
    "get": lambda on, name, _: getattr(on, name),
    "set": setattr,
    "delete": lambda on, name, _: delattr(on, name),
    "send": lambda on, _, value: on.send(value),
    "close": lambda on, _, __: on.close(),
    "value": _contents,
    "refill": lambda on, name, value: _fill(getattr(on, name), value),
}


class _Capture(io.StringIO):
    """What judged code prints during one call; what is too much goes to the real descriptor, whose limit ends it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor, self._kept = descriptor, 0

    def write(self, text: str) -> int:
        self._kept += len(text)
        if self._kept > _KEPT:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        return super().write(text)

    def fileno(self) -> int:
        return self._descriptor

    def take(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        self._kept = 0
        return text


def library_name(value: object) -> tuple[str, str] | None:
    """Return module and name of a function or class of the standard library that may go by its name."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(value, types.BuiltinFunctionType) and isinstance(value.__self__, types.ModuleType):
        module = value.__self__.__name__
    if type(module) is not str or type(name) is not str or module not in LIBRARY:
        return None
    found = getattr(sys.modules.get(module), name, None)
    return (module, name) if found is value and isinstance(value, (type, *_FUNCTIONS)) else None


def _bare(kind: type, value: Any) -> object:
    """Return the value of a subclass as its plain base holds it, whatever the subclass says of itself."""
    if kind is str:
        return str.__str__(value)[:] if type(value) is str else "".join(str.__iter__(value))
    if kind is bytes:
        return bytes(bytes.__iter__(value))
    if kind is complex:
        return complex(complex.__add__(value, 0))
    return int.__pos__(value) if kind is int else float.__pos__(value)


async def _awaited(value: Any) -> object:
    return await value


def _fill(container: Any, values: Any) -> None:
    if isinstance(container, (list, bytearray)):
        container[:] = values
    else:
        container.clear()
        container.update(values)


def main() -> None:
    """Read where to serve, import nothing of the solution's yet, serve."""
    leave = os._exit
    orders = Orders()
    if orders.told["ahead"]:
        orders.prepare(_AHEAD)
    job = orders.work()
    work = Path.cwd()
    sys.path[:0] = [str(work / place) for place in job["roots"]]
    present = {name.partition(".")[0] for name in (*job["own_modules"], *sys.modules)}
    worker = Worker(Channel(orders.told["channel"]), work, frozenset(present))
    try:
        worker.serve()
    except (EOFError, OSError, Malformed):
        leave(0)
