"""Files as they are: byte-order mark, line ends, links and permissions stay; a file is replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.errors import UserError

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Change:
    """What one file holds and shall hold; None is no file."""

    path: Path
    before: bytes | None
    after: bytes | None


def read(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none.

    Raises:
        UserError: there is one that can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{path}: can't be read ({error.strerror}); mend that first. Nothing was changed") from error


def text_of(content: bytes | None, path: Path) -> str:
    """Return a file's text without its byte-order mark; of no file the empty text.

    Raises:
        UserError: it is no UTF-8.
    """
    try:
        return (content or b"").removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = (content or b"").count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}: line {line}: not UTF-8 text; save it as UTF-8 first. Nothing was changed") from error


def bytes_of(text: str, like: bytes | None) -> bytes:
    """Return the bytes of a file's new text, with a byte-order mark where the old one had it."""
    return (BOM if like is not None and like.startswith(BOM) else b"") + text.encode("utf-8")


def apply(changes: tuple[Change, ...]) -> tuple[Path, ...]:
    """Make all changes, or none; return the folders that were made for them.

    Raises:
        UserError: a file can't be written, or has changed since it was read.
    """
    for change in changes:
        _check(change)
    made: list[Path] = []
    done: list[Change] = []
    try:
        for change in changes:
            if read(change.path) != change.before:
                raise UserError(f"{change.path}: was changed by somebody else just now; run the command again")
            made += _folders(change.path.resolve().parent) if change.after is not None else []
            done.append(change)
            write(change.path, change.after)
    except BaseException as error:
        _undo(done, made)
        if isinstance(error, OSError):
            where = done[-1].path if done else error.filename
            raise UserError(f"{where}: can't be written ({error.strerror}). Nothing was changed") from error
        raise
    return tuple(made)


def write(path: Path, content: bytes | None) -> None:
    """Put `content` in the file's place at once, or remove the file; a link's target is what is changed."""
    target = path.resolve()
    if content is None:
        target.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove_folders(folders: tuple[Path, ...]) -> None:
    """Remove those of the folders that are empty, the deepest first."""
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _check(change: Change) -> None:
    target = change.path.resolve()
    if target.exists() and not (target.is_file() and target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        what = "is read-only" if target.is_file() else "is no file"
        raise UserError(f"{change.path}: {what}; mend that first. Nothing was changed")
    folder = target.parent
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    if not (folder.is_dir() and folder.stat().st_mode & 0o222 and os.access(folder, os.W_OK)):
        raise UserError(f"{change.path}: {folder} can't be written to; mend its permissions. Nothing was changed")


def _folders(folder: Path) -> list[Path]:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir()
    return missing


def _undo(done: list[Change], made: list[Path]) -> None:
    for change in reversed(done):
        if change.path.resolve().parent.is_dir():
            write(change.path, change.before)
    remove_folders(tuple(made))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
