"""A folder, or one file, that both processes have a copy of: what has changed goes over with the next message.

Ordinary files and folders only; nothing is written outside of the root, and nothing through a link.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_MOST = 8 << 20
"""Bytes in one message."""
_FILES = 2000


class Tree:
    """One side's copy of what lies at `root`; the names in `hidden` are neither told nor taken."""

    def __init__(self, root: Path, hidden: frozenset[str] = frozenset()) -> None:
        self.root, self._hidden = root, hidden
        self._known: dict[str, tuple[int, int] | None] = {}

    def look(self) -> None:
        """Take what is here now for known to the other side."""
        self._known = dict(self._entries())

    def changes(self) -> dict[str, Any] | None:
        """Return what has changed since the other side was told, or told; None for nothing."""
        now = dict(self._entries())
        gone = [name for name in self._known if name not in now]
        new = {name: stamp for name, stamp in now.items() if name not in self._known or self._known[name] != stamp}
        self._known = now
        if not gone and not new:
            return None
        files: dict[str, str | None] = {}
        size = 0
        for name, stamp in new.items():
            if stamp is None:
                files[name] = None
                continue
            content = self._at(name).read_bytes()
            size += len(content)
            if size > _MOST:
                raise OSError("too much to be handed over")
            files[name] = base64.b64encode(content).decode("ascii")
        return {"root": str(self.root), "files": files, "gone": gone}

    def apply(self, told: dict[str, Any]) -> bool:
        """Write what the other side has changed; returns whether something that was here is another now."""
        changed = False
        for name in told["gone"]:
            path = self._place(name)
            if path is not None and (path.exists() or path.is_symlink()):
                changed = True
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for name, content in told["files"].items():
            path = self._place(name)
            if path is not None:
                changed |= path.is_file()
                self._write(path, content)
        self.look()
        return changed

    def _write(self, path: Path, content: str | None) -> None:
        if content is None:
            path.mkdir(parents=True, exist_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            path.unlink()
        path.write_bytes(base64.b64decode(content))

    def _at(self, name: str) -> Path:
        return self.root / name if name else self.root

    def _place(self, name: object) -> Path | None:
        """Return where a name lies; None for one that leads out of the root, or that is hidden."""
        if type(name) is not str or name in self._hidden or Path(name).is_absolute() or ".." in Path(name).parts:
            return None
        path = self._at(name)
        inner = [parent for parent in path.parents if self.root in parent.parents or parent == self.root]
        return None if any(parent.is_symlink() for parent in inner) else path

    def _entries(self) -> Iterator[tuple[str, tuple[int, int] | None]]:
        """Yield name and (time of change, size) of each file, (name, None) of each folder."""
        if self.root.is_file():
            yield "", _stamp(self.root)
            return
        count = 0
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name != "__pycache__"]
            here = Path(folder)
            yield here.relative_to(self.root).as_posix() if here != self.root else "", None
            for name in names:
                path = here / name
                relative = path.relative_to(self.root).as_posix()
                count += 1
                if count <= _FILES and relative not in self._hidden and path.is_file() and not path.is_symlink():
                    yield relative, _stamp(path)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
