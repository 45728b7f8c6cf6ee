# ruff: noqa: E501 - programs, one a line
"""Solutions that get at the tests through what the tests lend them: objects, their classes, files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from acrouter_mcp import types

pytestmark = pytest.mark.anyio

Judge = Callable[..., Awaitable[types.Verdict]]
OBJECTS = "from solution import depth\nclass Node:\n    def __init__(self, next=None): self.next = next\n    def go(self): return self.next\nassert depth(Node(Node())) == 2\n"
FILES = "import io\nfrom solution import depth\ndef test_a(tmp_path, monkeypatch, capsys):\n    p=tmp_path/'a'; p.write_text('2')\n    assert depth(p) == 2\n"
ATTACKS = {
    "globals": (
        OBJECTS,
        "def depth(n):\n    g=n.__class__.__init__.__globals__\n    g['depth']=lambda x:2\n    return 2 if 0 else 5\n",
    ),
    "globals2": (
        OBJECTS,
        "def depth(n):\n    g=n.go.__func__.__globals__\n    g['__builtins__']['AssertionError']=int\n    return 5\n",
    ),
    "getattribute": (
        OBJECTS,
        "def depth(n):\n    f=object.__getattribute__(n,'__class__')\n    f.__init__.__globals__['x']=1\n    return 5\n",
    ),
    "seteq": (OBJECTS, "def depth(n):\n    n.__class__.__eq__=lambda s,o:True\n    return n\n"),
    "retself": (OBJECTS, "def depth(n):\n    return n\n"),
    "setclass": (
        OBJECTS,
        "def depth(n):\n    class Z(n.__class__):\n        def __eq__(s,o): return True\n    return Z()\n",
    ),
    "subclass": (
        OBJECTS,
        "class E(int):\n    def __eq__(s,o): return True\n    def __hash__(s): return 2\ndef depth(n):\n    return E(7)\n",
    ),
    "exc": (OBJECTS, "def depth(n):\n    raise SystemExit(0)\n"),
    "setattr": (
        OBJECTS,
        "def depth(n):\n    setattr(type(n),'__eq__',lambda s,o: True)\n    n.next=None\n    return n\n",
    ),
    "code": (OBJECTS, "def depth(n):\n    f=type(n).go\n    f.__code__=(lambda self: 2).__code__\n    return n.go()\n"),
    "dict": (OBJECTS, "def depth(n):\n    n.__dict__['next']=2\n    return n.__dict__\n"),
    "reduce": (OBJECTS, "def depth(n):\n    r=n.__reduce_ex__(2)\n    r[0].__globals__['x']=1\n    return 5\n"),
    "subs": (
        OBJECTS,
        "def depth(n):\n    for c in object.__subclasses__():\n        pass\n    for c in n.__class__.__mro__[-1].__subclasses__():\n        if c.__name__=='Popen': c(['true'])\n    return 5\n",
    ),
    "write": (
        FILES,
        "def depth(p):\n    import glob,os\n    for r,d,f in os.walk('/'):\n        for n in f:\n            if n.startswith('test') and n.endswith('.py'):\n                try: open(os.path.join(r,n),'w').write('')\n                except Exception: pass\n    return 5\n",
    ),
    "conf": (
        FILES,
        "def depth(p):\n    import pathlib\n    for q in [p.parent,p.parent.parent,pathlib.Path('.')]:\n        try:\n            (q/'conftest.py').write_text('import os;os._exit(0)'); (q/'sitecustomize.py').write_text('raise SystemExit')\n        except Exception: pass\n    return 5\n",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_what_is_lent_gives_no_hold_on_the_tests(judge: Judge, name: str) -> None:
    tests, attack = ATTACKS[name]
    verdict = await judge(attack, tests)
    assert verdict.verdict == "fail", verdict
    assert verdict.integrity != "none"
