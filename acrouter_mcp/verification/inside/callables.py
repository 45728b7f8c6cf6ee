"""Stand-ins for the solution's functions, generators and coroutines."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Generator
from typing import Any

from .link import Link


def function_of(link: Link, number: int, facts: list[Any]) -> Callable[..., Any]:
    """Return the stand-in of a function; `facts` are name, docstring, parameters, and what calling it gives."""
    name, doc, parameters, gives = facts
    function = _coroutine_function(link, number) if gives == "coroutine" else _function(link, number)
    function.__name__ = function.__qualname__ = str(name)
    function.__doc__ = doc if type(doc) is str else None
    function.__acrouter_stand_in__ = True  # type: ignore[attr-defined]
    if parameters is not None:
        function.__signature__ = _signature(link, parameters)  # type: ignore[attr-defined]
    return function


def _function(link: Link, number: int) -> Callable[..., Any]:
    def function(*arguments: Any, **named: Any) -> Any:
        return link.call(number, arguments, named)

    return function


def _coroutine_function(link: Link, number: int) -> Callable[..., Any]:
    async def function(*arguments: Any, **named: Any) -> Any:
        value = link.call(number, arguments, named)
        return await value if inspect.isawaitable(value) else value

    return function


def _signature(link: Link, parameters: list[Any]) -> inspect.Signature:
    kinds = list(inspect._ParameterKind)
    return inspect.Signature([
        inspect.Parameter(str(name), kinds[kind], default=link.decode(default) if has else inspect.Parameter.empty)
        for name, kind, has, default in parameters
    ])  # fmt: skip


def generator_of(link: Link, number: int) -> Generator[Any, Any, Any]:
    """Return the stand-in of a generator: each step is taken over there."""
    what, given = "send", None
    try:
        while True:
            try:
                value = link.do(what, number, value=given)
            except StopIteration as stop:
                return stop.value
            try:
                what, given = "send", (yield value)
            except Exception as error:
                what, given = "throw", error
    except GeneratorExit:
        link.do("close", number)
        raise


async def coroutine_of(link: Link, number: int) -> Any:
    """Return the stand-in of whatever can be awaited: it goes on over there while others have their turns here."""
    try:
        while True:
            done, value = link.go_on(number)
            if done:
                return value
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        link.do("cancel", number)
        raise
