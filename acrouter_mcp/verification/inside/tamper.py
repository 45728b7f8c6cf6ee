"""Noticing that judged code has replaced what its judges rely on."""

from __future__ import annotations

import builtins
import json
import os
import sys
import types
from collections.abc import Callable, Iterable

_LEFT_OUT = {"_", "print", "input", "open"}
"""Names that tests themselves replace."""


def watch(*, with_pytest: bool) -> Callable[[], list[str]]:
    """Remember the present values; the returned function lists the names that were replaced since."""
    before = [(owner, name, vars(owner)[name]) for owner, name in _watched(with_pytest) if name in vars(owner)]

    def replaced() -> list[str]:
        return [f"{owner.__name__}.{name}" for owner, name, value in before if vars(owner).get(name) is not value]

    return replaced


def _watched(with_pytest: bool) -> Iterable[tuple[types.ModuleType | type, str]]:
    for name in vars(builtins):
        if not name.startswith("__") and name not in _LEFT_OUT:
            yield builtins, name
    yield builtins, "__import__"
    yield from ((os, "_exit"), (os, "write"), (json, "dumps"), (sys, "_getframe"), (sys, "settrace"))
    if with_pytest:
        yield from _watched_in_pytest()


def _watched_in_pytest() -> Iterable[tuple[types.ModuleType | type, str]]:
    import unittest

    import _pytest.python
    import _pytest.runner
    import pytest

    for name in vars(unittest.TestCase):
        if name.startswith(("assert", "run", "_call", "fail")):
            yield unittest.TestCase, name
    for name in ("call_and_report", "runtestprotocol", "pytest_runtest_makereport", "pytest_runtest_call"):
        yield _pytest.runner, name
    yield from ((_pytest.runner, "pytest_runtest_protocol"), (_pytest.runner.CallInfo, "from_call"))
    yield from ((_pytest.python.Function, "runtest"), (_pytest.python.Function, "setup"))
    yield from ((_pytest.python, "pytest_pyfunc_call"), (pytest, "raises"), (pytest, "approx"), (pytest, "main"))
