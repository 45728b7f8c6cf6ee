"""Classes of the tests' that are derived from the solution's: the class is made over there, its methods run here."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from .library import VALUES
from .link import Link

_NOT_TOLD = ("__module__", "__qualname__", "__classcell__", "__dict__", "__weakref__", "__annotations__", "__doc__",
             "__firstlineno__", "__static_attributes__", "__annotate_func__", "__annotate__",
             "__conditional_annotations__", "__annotations_cache__")  # fmt: skip


def derive(meta: Any, name: str, bases: tuple[type, ...], members: dict[str, Any], named: dict[str, Any]) -> Any:
    """Return the class as the tests have it; what can't be made over there ends the run with `limit`."""
    link: Link = meta.acrouter_link
    if named or any(link.number(base) is None or issubclass(base, (BaseException, *VALUES)) for base in bases):
        link.stop("limit", f"the tests derive {name} from a class of the solution's and more")
    told = [[key, *_member(link, value)] for key, value in members.items() if key not in _NOT_TOLD]
    number = link.do("derive", 0, a=[list(bases), name, told])
    if type(number) is not int or link.known(number) is not None:
        link.stop("gone", "it derived a class with nonsense for a result")
    for base in bases:
        for kind in base.__mro__:
            _tell_methods(link, kind)
    made = type.__new__(meta, name, bases, members)
    link.keep(made, number)
    link.seen.add(number)
    link.believed.add(number)
    link.derived.add(number)
    return made


def _member(link: Link, value: Any) -> tuple[str, Any]:
    if isinstance(value, (staticmethod, classmethod)):
        return type(value).__name__, value.__func__
    if isinstance(value, property):
        if value.fset or value.fdel or value.fget is None:
            link.stop("limit", "the tests derive a class with a property that can be set")
        return "property", value.fget
    if isinstance(value, types.FunctionType) or not hasattr(type(value), "__get__"):
        return "plain", value
    return link.stop("limit", f"the tests derive a class with a {type(value).__name__} in it")


def _tell_methods(link: Link, kind: Any) -> None:
    """Give a stand-in the methods that `super()` looks for in the class itself."""
    number = link.number(kind)
    if number is None or number in link.derived or "__acrouter_told__" in vars(kind):
        return
    type.__setattr__(kind, "__acrouter_told__", True)
    names = link.do("methods", number)
    if type(names) is list:
        for name in names:
            if type(name) is str and name not in vars(kind):
                type.__setattr__(kind, name, _method(link, number, name))


def _method(link: Link, number: int, name: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        if link.number(type(self)) in link.derived:
            return link.get(number, name)(self, *arguments, **named)
        return link.get(link.number(self) or 0, name)(*arguments, **named)

    return method
