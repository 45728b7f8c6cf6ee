"""Values like the one that a test expects, among which an object of the solution's must tell that one.

An object that equals everything would pass every test that asks it. So it is asked about several values, in an order
that it can't foresee: whoever doesn't know what is expected gives himself away.
"""

from __future__ import annotations

import random
from typing import Any

_chance = random.SystemRandom()
"""Not the generator that tests seed."""


def like(value: Any) -> list[Any]:
    """Return a few values of the same kind as a plain one, each different from it."""
    return [other(value) for _ in range(3)]


def unlike() -> list[Any]:
    """Return a few values that nothing is likely to equal, or to hold."""
    word = "".join(_chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
    return [word, _chance.randrange(10**12, 10**13) + 0.25, (word, _chance.random())]


def far(value: Any) -> Any:
    """Return a value of the same kind, where it can be had, far away from a plain one."""
    if type(value) is int:
        return value + _chance.randrange(10**8, 10**9)
    if type(value) is float:
        return value + _chance.uniform(1e8, 1e9)
    return unlike()[0] if type(value) is str else other(value)


def beyond() -> tuple[float, float]:
    """Return a number below and one above whatever tests have to do with."""
    return -_chance.uniform(1e12, 1e13), _chance.uniform(1e12, 1e13)


def shuffled(values: list[Any]) -> list[Any]:
    """Return the values in an order of chance."""
    return _chance.sample(values, len(values))


def other(value: Any) -> Any:
    """Return another value of the same kind, near to a plain one."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind is int:
        return value + _chance.choice((-3, -2, -1, 1, 2, 3))
    if kind is float:
        return value + _chance.choice((-1, 1)) * _chance.uniform(0.3, 3) * max(1.0, abs(value))
    if kind is str:
        at = _chance.randrange(len(value) + 1)
        return value[:at] + _chance.choice("etaoinsr") + value[at + _chance.randrange(2) :] + _chance.choice(("", "s"))
    if kind in (list, tuple) and value:
        at = _chance.randrange(len(value))
        return kind([*value[:at], other(value[at]), *value[at + 1 :]])
    if kind is dict and value:
        changed = _chance.choice(list(value))
        return {**value, changed: other(value[changed])}
    if kind in (set, frozenset) and value:
        gone = _chance.choice(list(value))
        return kind(value - {gone} | {other(gone)})
    return _chance.choice(unlike())
