"""Stand-ins for the solution's classes and objects, as the tests see them.

What an object of the solution's own class may answer: anything that it must say without knowing what is expected. What
it may not: an operator with a plain value of the tests' on the other side, since an object that equals everything
passes everything. Objects of a class which the tests know by a class's name are believed, and counted (`opaque`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Generator, Sequence
from typing import Any

from .checks import STAND_IN
from .faults import Origin
from .link import Link
from .worker import VALUES

_COMPARISONS = {
    "__eq__": operator.eq, "__ne__": operator.ne, "__lt__": operator.lt, "__le__": operator.le,
    "__gt__": operator.gt, "__ge__": operator.ge,
}  # fmt: skip
_TYPED = {"__str__": str, "__repr__": str, "__format__": str, "__len__": int, "__hash__": int, "__int__": int,
          "__index__": int, "__float__": float, "__bool__": bool, "__contains__": bool, "__bytes__": bytes,
          "__complex__": complex}  # fmt: skip
_ON_CLASSES = ("__iter__", "__len__", "__getitem__", "__contains__")
_FREE = ("__str__", "__repr__", "__iter__", "__next__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__",
         "__aiter__", "__anext__", "__await__", "__hash__", "__copy__", "__deepcopy__", "__setitem__",
         "__delitem__")  # fmt: skip
_ARITHMETIC = tuple(f"__{side}{name}__" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul",
                    "and", "or", "xor", "lshift", "rshift") for side in ("", "r", "i"))  # fmt: skip


class Refused(AssertionError):
    """A test would have let an object of the solution's decide by an operator; it doesn't get to."""


class ClassStandIn(type):
    """The class of stand-ins for classes."""

    acrouter_link: Link

    def __new__(cls, name: str, *_: Any, **__: Any) -> ClassStandIn:
        """End the run: only `type.__new__` makes these."""
        cls.acrouter_link.stop("limit", f"the tests derive {name} from a class of the solution's")

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        """Make an object, over there."""
        return cls.acrouter_link.call(cls._number(), arguments, named)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name not in ("__members__", "__dataclass_fields__", "__annotations__"):
            raise AttributeError(name)
        return cls.acrouter_link.get(cls._number(), name)

    def __setattr__(cls, name: str, value: Any) -> None:
        cls.acrouter_link.do("set", cls._number(), name=name, value=value)

    def __iter__(cls) -> Any:
        return iter(cls._special("__iter__"))

    def __len__(cls) -> int:
        return int(_typed(cls._special("__len__"), int))

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return cls._special("__getitem__", key)

    def __contains__(cls, key: Any) -> bool:
        if cls.acrouter_link.number(key) is None:
            raise Refused("a class of the solution's was asked whether it contains a plain value")
        return cls._special("__contains__", key) is True

    def _special(cls, name: str, *arguments: Any) -> Any:
        return cls.acrouter_link.do("special", cls._number(), name=name, a=arguments)

    def _number(cls) -> int:
        number = cls.acrouter_link.number(cls)
        if number is None:
            cls.acrouter_link.stop("limit", "the tests made a class that stands in for nothing")
        return number


class Proxies:
    """Makes stand-ins of what the solution's process lends."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._holds: dict[int, bool] = {}
        self._meta: type[ClassStandIn] = type.__new__(type, "class", (ClassStandIn,), {"acrouter_link": link})
        link.stand_in = self.of

    def of(self, data: list[Any]) -> object:
        """Return the stand-in for a tag; raises ValueError or TypeError for nonsense."""
        tag, number = data[0], data[1]
        if type(number) is not int:
            raise TypeError("no number")
        known = self._link.known(number)
        if known is not None:
            return known
        if tag == "c":
            return self._class(number, *data[2:])
        if tag == "e":
            kind, arguments = self._decode(data[2]), [self._decode(a) for a in data[3]]
            where, fault = str(data[5])[:500], None if data[6] is None else str(data[6])[:200]
            return self._link.error(number, kind, arguments, str(data[4]), Origin(where, fault))
        if tag == "f":
            return self._keep(_function(self._link, number, str(data[2]), data[3]), number)
        if tag == "gen":
            return self._keep(_generator(self._link, number), number)
        if tag == "co":
            return _coroutine(self._link, number)
        if tag == "v":
            return self._keep(self._value(self._decode(data[2]), str(data[3]), data[4]), number)
        if tag == "o":
            return self._keep(object.__new__(self._checked(self._decode(data[2]))), number)
        raise ValueError(tag)

    def _decode(self, data: Any) -> Any:
        return self._link.decode(data)

    def _keep(self, stand_in: object, number: int) -> object:
        self._link.keep(stand_in, number)
        return stand_in

    def _checked(self, kind: Any) -> Any:
        if not isinstance(kind, ClassStandIn) or issubclass(kind, (BaseException, *VALUES)):
            return self._class_without_number("object")
        return kind

    def _class_without_number(self, name: str) -> Any:
        return type.__new__(self._meta, name, (), _members(self._link, ("__str__", "__repr__"), holds=False))

    def _value(self, kind: Any, base: str, plain: Any) -> object:
        """Return an object that is a plain value and more: what it compares by is the value alone, here."""
        real = next(v for v in VALUES if v.__name__ == base)
        value = tuple(self._decode(p) for p in plain) if real is tuple else self._decode(plain)
        if type(value) is not real or not issubclass(kind, real):
            raise TypeError("another value than its class has")
        make: Any = real.__new__
        return make(kind, value)

    def _class(self, number: int, name: Any, bases: Any, has: Any, holds: Any) -> type:
        found = [base for data in bases if isinstance(base := self._decode(data), type)]
        real = [base for base in found if base.__module__ == "builtins" and issubclass(base, (BaseException, *VALUES))]
        kinds = tuple(dict.fromkeys(base for base in found if isinstance(base, ClassStandIn) or base in real))
        is_value = any(issubclass(kind, VALUES) for kind in kinds)
        is_error = any(issubclass(kind, BaseException) for kind in kinds)
        offered = [n for n in has if type(n) is str]
        members = _members(self._link, [] if is_value or is_error else offered, holds=holds is True)
        if is_value:
            members = {STAND_IN: True, "__getattr__": _get(self._link)}
        elif is_error:
            members = {STAND_IN: True, "__getattr__": _get(self._link), "__str__": _text}
        try:
            kind = type.__new__(self._meta, str(name)[:200], kinds, members)
        except TypeError:  # bases that don't go together here
            kind = type.__new__(self._meta, str(name)[:200], kinds[:1], members)
        self._link.keep(kind, number)
        return kind


def _text(error: BaseException) -> str:
    return str(vars(error).get("__acrouter_text__", error.args[0] if error.args else ""))


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"the solution's object gave {type(value).__name__} where {kind.__name__} must come")
    return value


def _get(link: Link) -> Callable[[Any, str], Any]:
    def get(self: Any, name: str) -> Any:
        if (name.startswith("__") and name.endswith("__")) or (number := link.number(self)) is None:
            raise AttributeError(name)
        link.opaque += link.number(type(self)) not in link.seen
        return link.get(number, name)

    return get


def _members(link: Link, has: Sequence[str], *, holds: bool) -> dict[str, Any]:
    """Return the namespace of a class: an operator is there if the solution's class has it."""

    def put(self: Any, name: str, value: Any) -> None:
        link.do("set", _number(link, self), name=name, value=value)

    def drop(self: Any, name: str) -> None:
        link.do("delete", _number(link, self), name=name)

    members: dict[str, Any] = {STAND_IN: True, "__getattr__": _get(link), "__setattr__": put, "__delattr__": drop}
    for name in {*has, "__str__", "__repr__"} - {"__eq__", "__ne__", "__hash__"}:
        members[name] = _member(link, name, holds)
    for name in ("__eq__", "__ne__"):
        members[name] = _comparison(link, name, "__eq__" in has, holds)
    if "__hash__" in has:
        members["__hash__"] = _special(link, "__hash__")
    else:
        members["__hash__"] = None if "__eq__" in has else id
    return members


def _member(link: Link, name: str, holds: bool) -> Callable[..., Any]:
    if name in _COMPARISONS:
        return _comparison(link, name, True, holds)
    if name == "__call__":
        return lambda self, *a, **k: link.call(_number(link, self), a, k)
    if name in ("__await__", "__anext__", "__aenter__", "__aexit__"):
        return _awaitable(link, name)
    return _leave(link) if name == "__exit__" else _special(link, name)


def _number(link: Link, stand_in: Any) -> int:
    number = link.number(stand_in)
    if number is None:
        raise TypeError("an object that stands in for nothing")
    return number


def _believed(link: Link, stand_in: Any) -> bool:
    """Whether the tests know this object's class, as a class; what it calls itself is of no interest."""
    return link.number(type(stand_in)) in link.believed


def _comparison(link: Link, name: str, forwarded: bool, holds: bool) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        number = _number(link, self)
        theirs = link.number(other) is not None
        if not forwarded or (self is other and name in ("__eq__", "__ne__") and not theirs):
            return NotImplemented if name not in ("__eq__", "__ne__") else (self is other) == (name == "__eq__")
        if theirs or _believed(link, self):
            link.opaque += not theirs or link.number(type(self)) not in link.seen
            return _typed(link.do("special", number, name=name, a=[other]), bool)
        if holds:
            return _COMPARISONS[name](link.do("value", number), other)
        if name in ("__eq__", "__ne__"):
            return name == "__ne__"
        raise Refused(f"an object of the solution's own class {type(self).__name__} may not answer {name} for itself")

    return compare


def _special(link: Link, name: str) -> Callable[..., Any]:
    def special(self: Any, *arguments: Any) -> Any:
        number = _number(link, self)
        plain = any(link.number(a) is None for a in arguments)
        if name == "__iter__" and hasattr(type(self), "__next__"):
            return self
        if name == "__deepcopy__":
            arguments = ()
        elif plain and (name == "__contains__" or name in _ARITHMETIC):
            if not _believed(link, self):
                raise Refused(f"an object of the solution's class {type(self).__name__} may not answer {name} itself")
            link.opaque += 1
        elif name not in _FREE and link.number(type(self)) not in link.seen:
            link.opaque += 1
        value = link.do("special", number, name=name, a=arguments)
        return _typed(value, _TYPED[name]) if name in _TYPED else value

    return special


def _leave(link: Link) -> Callable[..., bool]:
    def leave(self: Any, _kind: object, error: BaseException | None, _trace: object) -> bool:
        told = error if error is None or link.number(error) is not None else _plain_error(error)
        swallowed = link.do("special", _number(link, self), name="__exit__", a=[told]) is True
        # A test's failure isn't the solution's to swallow
        return swallowed and isinstance(error, Exception) and not isinstance(error, AssertionError)

    return leave


def _plain_error(error: BaseException) -> Exception:
    """Return an exception of a built-in kind that the solution may be told of."""
    kind = next(k for k in type(error).__mro__ if k.__module__ == "builtins")
    if not issubclass(kind, Exception):
        return RuntimeError(str(kind.__name__))
    try:
        return kind(str(error))
    except TypeError:
        return RuntimeError(str(error))


def _awaitable(link: Link, name: str) -> Callable[..., Any]:
    def special(self: Any, *_: Any) -> Any:
        number = _number(link, self)
        if name == "__await__":
            return _coroutine(link, number).__await__()

        async def ask() -> Any:
            value = link.do("special", number, name=name, a=[])
            return await value if hasattr(value, "__await__") else value

        return ask()

    return special


def _function(link: Link, number: int, name: str, doc: Any) -> Callable[..., Any]:
    def function(*arguments: Any, **named: Any) -> Any:
        return link.call(number, arguments, named)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc if type(doc) is str else None
    function.__acrouter_stand_in__ = True  # type: ignore[attr-defined]
    return function


def _generator(link: Link, number: int) -> Generator[Any, Any, Any]:
    sent: Any = None
    try:
        while True:
            try:
                value = link.do("send", number, value=sent)
            except StopIteration as stop:
                return stop.value
            sent = yield value
    except GeneratorExit:
        link.do("close", number)
        raise


async def _coroutine(link: Link, number: int) -> Any:
    return link.do("await", number)
