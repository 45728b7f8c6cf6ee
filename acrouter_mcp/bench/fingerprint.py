"""What a kept pass depends on, as digests: the data, the seed, and the sources that its row is made of."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from acrouter_mcp.bench.stream import Stream

ROOMS = ("acrouter_mcp.bench", "acrouter_mcp.catalogue", "acrouter_mcp.routing")
"""Imports are followed into these; what else a row imports is taken for settled by the version of the package."""
ALWAYS = ("acrouter_mcp.bench.replay", "acrouter_mcp.bench.work")


def of_data(stream: Stream, seed: int) -> str:
    """Return a short digest of all that a router may be shown (vectors follow from the texts), and of the seed."""
    digest = hashlib.sha256(str(seed).encode())
    for array in (stream.score, stream.cost, stream.tokens, *stream.signals.values()):
        digest.update(array.tobytes())
    digest.update("\0".join(stream.models).encode())
    for task in stream.tasks:
        digest.update(f"\0{task.text}\0{task.dimension}\0{task.language}\0{task.kind}".encode())
    for name, chosen in stream.decisions.items():
        digest.update("\0".join((name, *map(str, chosen))).encode())
    return digest.hexdigest()[:16]


@cache
def of_row(module: str) -> str:
    """Return a short digest of the sources of a row's module and of what it imports from the benchmark's rooms."""
    digest = hashlib.sha256()
    for name in sorted(modules(module)):
        path = _source(name)
        if path is not None:
            digest.update(path.read_bytes())
            if path.name == "__init__.py":
                for data in sorted(path.parent.glob("*.toml")):
                    digest.update(data.read_bytes())
    return digest.hexdigest()[:12]


def modules(module: str) -> set[str]:
    """Return the names of the modules that a row depends on, its own included."""
    found: set[str] = set(ALWAYS)
    _follow(module, found)
    return found


def _follow(module: str, found: set[str]) -> None:
    if module in found:
        return
    found.add(module)
    path = _source(module)
    if path is None:
        return
    for name in _imports(ast.parse(path.read_bytes())):
        if name.startswith(ROOMS) and _source(name) is not None:
            _follow(name, found)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported at run time: modules, and names that may be modules."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        yield from _imports(node)


def _source(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):  # the name of a class, not of a module
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None
