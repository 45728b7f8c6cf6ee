"""A plain copy of a user's directory, where no overlay can be mounted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread


@asynccontextmanager
async def copy_of(directory: Path) -> AsyncIterator[Path]:
    """Yield a throw-away copy of `directory`."""
    with tempfile.TemporaryDirectory(prefix="acrouter-", ignore_cleanup_errors=True) as place:
        target = Path(place) / "copy"
        await copy_tree(directory, target)
        yield target


async def copy_tree(directory: Path, target: Path) -> None:
    """Copy a folder; links are copied as links, sockets and devices are left out."""
    await anyio.to_thread.run_sync(_copy, directory, target)


def _copy(directory: Path, target: Path) -> None:
    shutil.copytree(directory, target, symlinks=True, ignore=_special, ignore_dangling_symlinks=True)


def _special(folder: str, names: list[str]) -> list[str]:
    def ordinary(path: Path) -> bool:
        return path.is_symlink() or path.is_file() or path.is_dir()

    return [name for name in names if not ordinary(Path(folder) / name)]
