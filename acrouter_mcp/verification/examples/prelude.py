"""Examples put together as a test file."""

from __future__ import annotations

import textwrap

from acrouter_mcp.verification.examples.model import Example


def as_tests(examples: tuple[Example, ...]) -> str:
    """Return a test file of the examples, one function each."""
    functions = [
        f"def test_example_{i}():\n{textwrap.indent(e.body, '    ', lambda _: True)}\n"
        for i, e in enumerate(examples, 1)
    ]
    return _PRELUDE + "\n\n" + "\n\n".join(functions)


_PRELUDE = '''\
import contextlib, io, math


class Close:
    """A float of the task's words, which are rounded."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return repr(self.value)

    def __eq__(self, other):
        return self._near(self.value, other)

    def _near(self, a, b):
        if isinstance(a, (list, tuple)):
            return type(a) is type(b) and len(a) == len(b) and all(self._near(x, y) for x, y in zip(a, b))
        if isinstance(a, float) and type(b) in (int, float):
            return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) or math.isnan(a) and math.isnan(b)
        return type(b) in (int, float, str, bool, type(None), dict, set) and a == b


class Like(Close):
    """What a table or an Input/Output pair shows: sequences of either kind, words without their quotes."""

    def _near(self, a, b):
        if isinstance(a, (list, tuple)):
            return type(b) in (list, tuple) and len(a) == len(b) and all(self._near(x, y) for x, y in zip(a, b))
        if isinstance(a, str) and type(b) in (int, float, bool):
            return a == str(b)
        if isinstance(a, str) and type(b) is str:
            return a.strip() == b.strip()
        return super()._near(a, b)


class AnyOrder(Like):
    """The same, in whatever order: the task says so."""

    def _near(self, a, b):
        if isinstance(a, (list, tuple)) and type(b) in (list, tuple):
            rest = list(b)
            for x in a:
                found = next((i for i, y in enumerate(rest) if self._near(x, y)), None)
                if found is None:
                    return False
                del rest[found]
            return not rest
        return super()._near(a, b)
'''
