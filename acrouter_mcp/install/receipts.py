"""What was installed: a receipt and the files as they were before, so that they can be put back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

RECEIPT = "receipt.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of an installation."""

    path: Path
    before: bytes | None
    """What it held without us; None: there was no such file."""
    after: str
    """Digest of what the installation left."""
    keys: tuple[str, ...]
    """The entries that are ours in it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One installation: a host in a scope, of a project if that is the scope."""

    host: str
    scope: str
    project: str | None
    wish: Mapping[str, Any]
    """What was asked for, as JSON."""
    files: tuple[Kept, ...]
    folders: tuple[Path, ...]
    """Folders that were made for it."""

    @property
    def name(self) -> str:
        """Return the name of its folder."""
        where = "" if self.project is None else "-" + hashlib.sha256(self.project.encode()).hexdigest()[:12]
        return f"{self.host}-{self.scope}{where}"


def digest(content: bytes) -> str:
    """Return what tells a file's content from another."""
    return hashlib.sha256(content).hexdigest()


class Receipts:
    """The receipts of all installations, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> tuple[Receipt, ...]:
        """Return every receipt that can be read."""
        return tuple(found for path in sorted(self.folder.glob(f"*/{RECEIPT}")) if (found := _read(path)))

    def find(self, host: str, scope: str, project: str | None) -> Receipt | None:
        """Return one installation's receipt."""
        return next((one for one in self.all() if (one.host, one.scope, one.project) == (host, scope, project)), None)

    def save(self, receipt: Receipt) -> Path:
        """Keep a receipt, in place of an earlier one of the same installation; return its folder."""
        folder = self.folder / receipt.name
        fresh = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        (fresh / RECEIPT).write_text(json.dumps(_as_json(receipt), indent=2), encoding="utf-8")
        for number, kept in enumerate(receipt.files):
            if kept.before is not None:
                backup = fresh / _backup(number, kept.path)
                backup.touch(mode=0o600)
                backup.write_bytes(kept.before)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
        return folder

    def inherit(self, receipt: Receipt, folders: tuple[Path, ...]) -> None:
        """Have an installation clear away folders that another made, if it has files in them."""
        taken = [folder for folder in folders if any(folder in kept.path.parents for kept in receipt.files)]
        if taken:
            self.save(replace(receipt, folders=tuple(dict.fromkeys((*receipt.folders, *taken)))))

    def drop(self, receipt: Receipt) -> None:
        """Forget an installation."""
        shutil.rmtree(self.folder / receipt.name, ignore_errors=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()


def _as_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "host": receipt.host,
        "scope": receipt.scope,
        "project": receipt.project,
        "wish": dict(receipt.wish),
        "folders": [str(folder) for folder in receipt.folders],
        "files": [
            {
                "path": str(kept.path),
                "backup": None if kept.before is None else _backup(number, kept.path),
                "after": kept.after,
                "keys": list(kept.keys),
            }
            for number, kept in enumerate(receipt.files)
        ],
    }


def _backup(number: int, path: Path) -> str:
    return f"{number}-{path.name}"


def _read(path: Path) -> Receipt | None:
    """Return a receipt; None where it is damaged: an installation without one is undone entry by entry."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Receipt(
            host=said["host"],
            scope=said["scope"],
            project=said["project"],
            wish=said["wish"],
            folders=tuple(Path(folder) for folder in said["folders"]),
            files=tuple(_kept(path.parent, said["files"])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _kept(folder: Path, files: list[dict[str, Any]]) -> Iterator[Kept]:
    for file in files:
        before = None if file["backup"] is None else (folder / file["backup"]).read_bytes()
        yield Kept(Path(file["path"]), before, file["after"], tuple(file["keys"]))
