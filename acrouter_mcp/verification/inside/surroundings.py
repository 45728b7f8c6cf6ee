"""The solution's side of `world`: what the tests have set up is set up here, what the solution changes is told."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import random
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .files import Tree
from .world import environment, numpy_state

_MOST = 1000


class Surroundings:
    """What the tests have set up."""

    def __init__(self, decode: Callable[[Any], Any], encode: Callable[[Any], Any], *, log: bool, warn: bool) -> None:
        self._decode, self._encode = decode, encode
        self._originals: dict[tuple[str, str], Any] = {}
        self._watched: dict[str, Any] = {}
        self._trees: dict[str, Tree] = {}
        self._logged: list[list[Any]] = []
        self._warned: list[list[Any]] = []
        if log:
            handler = _Handler(self._logged)
            logging.getLogger().addHandler(handler)
            logging.getLogger().setLevel(1)
        if warn:
            warnings.simplefilter("always")
            warnings.showwarning = self._warn

    def set_up(self, told: dict[str, Any]) -> None:
        """Do as the tests' process did."""
        for module, name, value in told.get("patch", []):
            self._patch(module, name, value)
        if "env" in told:
            wanted = self._decode(told["env"])
            for name in environment().keys() - wanted.keys():
                del os.environ[name]
            os.environ.update(wanted)
            self._watched["env"] = environment()
        if "argv" in told:
            sys.argv[:] = self._decode(told["argv"])
        for tree in told.get("files", []):
            mine = self._trees.setdefault(tree["root"], Tree(Path(tree["root"])))
            mine.apply(tree)
        if "cwd" in told:
            with contextlib.suppress(OSError):
                os.chdir(self._decode(told["cwd"]))
        if "seed" in told:
            own, numpys = self._decode(told["seed"])
            random.setstate(own)
            if numpys is not None and "numpy" not in sys.modules:
                importlib.import_module("numpy")
            numpy_state(numpys)
            self._watched["seed"] = True

    def changes(self) -> dict[str, Any]:
        """Return what the solution has changed since."""
        changes: dict[str, Any] = {}
        if "env" in self._watched and (now := environment()) != self._watched["env"]:
            changes["env"] = self._encode(now)
            self._watched["env"] = now
        if "seed" in self._watched:
            state = numpy_state()
            listed = [part.tolist() if hasattr(part, "tolist") else part for part in state] if state else None
            changes["seed"] = self._encode([random.getstate(), listed])
        for name, kept in (("log", self._logged), ("warn", self._warned)):
            if kept:
                changes[name] = kept[:_MOST]
                kept.clear()
        trees = [told for tree in self._trees.values() if (told := _changes(tree)) is not None]
        if trees:
            changes["files"] = trees
        return changes

    def _patch(self, module: str, name: str, value: list[Any] | None) -> None:
        try:
            owner = importlib.import_module(module)
        except ImportError:
            return
        original = self._originals.setdefault((module, name), getattr(owner, name, None))
        setattr(owner, name, original if value is None else self._decode(value[0]))

    def _warn(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        self._warned.append([self._encode(category), str(message)[:1000]])


class _Handler(logging.Handler):
    def __init__(self, kept: list[list[Any]]) -> None:
        super().__init__(1)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append([record.name, record.levelno, record.getMessage()[:10_000]])


def _changes(tree: Tree) -> dict[str, Any] | None:
    try:
        return tree.changes()
    except OSError:
        return None
