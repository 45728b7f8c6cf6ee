"""From a recipe's entries to changes of files, and back."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from acrouter_mcp.errors import UserError
from acrouter_mcp.install.edits import MADE, Edit
from acrouter_mcp.install.files import Change, apply, bytes_of, read, remove_folders, text_of
from acrouter_mcp.install.receipts import Kept, Receipt, Receipts, digest
from acrouter_mcp.install.wishes import Entry, Machine, Recipe, Wish


@dataclass(frozen=True, slots=True)
class Plan:
    """What will change, and the receipt to keep of it (None: the one to drop)."""

    changes: tuple[Change, ...]
    receipt: Receipt | None
    old: Receipt | None

    @property
    def diff(self) -> str:
        """Return the exact change of every file."""
        return "".join(_diff(change) for change in self.changes)


def plan_install(recipe: Recipe, machine: Machine, wish: Wish, receipts: Receipts) -> Plan:
    """Work out an installation; nothing is written.

    Raises:
        UserError: a file can't be read, or has no room for its entry; says the file and the line.
    """
    project = str(machine.project) if wish.scope == "project" else None
    old = receipts.find(recipe.NAME, wish.scope, project)
    others = tuple(one for one in receipts.all() if one != old)
    changes, kept = [], []
    for path, entries in _by_file(recipe.entries(machine, wish)):
        now = read(path)
        wanted = [entry.edit for entry in entries if entry.wanted]
        before = _without(path, now, [entry.edit for entry in entries], old, others)
        if not wanted:
            after = before
        elif _is_as_left(path, now, old):
            after = _edited(path, before, entries)
        else:
            after = _edited(path, now, entries)
        if wanted and after is not None:
            kept.append(Kept(path, before, digest(after), tuple(edit.key for edit in wanted)))
        if after != now:
            changes.append(Change(path, now, after))
    changes += _left_behind(old, recipe.entries(machine, wish), others)
    said = {**asdict(wish), "command": list(wish.command), "models": list(wish.models)}
    folders = old.folders if old else ()
    return Plan(tuple(changes), Receipt(recipe.NAME, wish.scope, project, said, tuple(kept), folders), old)


def plan_uninstall(recipe: Recipe, machine: Machine, wish: Wish, receipts: Receipts) -> Plan:
    """Work out how to undo an installation: files as they were, or, where they changed since, without our entries.

    An entry that another host's installation has in the same file stays. Raises as `plan_install` does.
    """
    project = str(machine.project) if wish.scope == "project" else None
    old = receipts.find(recipe.NAME, wish.scope, project)
    others = tuple(one for one in receipts.all() if one != old)
    changes = []
    for path, entries in _by_file(recipe.entries(machine, wish)):
        now = read(path)
        shared = {key for one in others for kept in one.files if kept.path == path for key in kept.keys}
        edits = [entry.edit for entry in entries if entry.edit.key not in shared]
        after = _without(path, now, edits, None if shared else old, ())
        if after != now:
            changes.append(Change(path, now, after))
    changes += _left_behind(old, recipe.entries(machine, wish), others)
    return Plan(tuple(changes), None, old)


def carry_out(plan: Plan, receipts: Receipts) -> Path | None:
    """Make a plan's changes, all or none; return the folder of the files' former contents, if there is one.

    Raises:
        UserError: something can't be written; nothing was changed then.
    """
    made = apply(plan.changes)
    if plan.receipt is not None:
        folders = tuple(dict.fromkeys((*plan.receipt.folders, *made)))
        return receipts.save(replace(plan.receipt, folders=folders))
    if plan.old is not None:
        remove_folders(plan.old.folders)
        receipts.drop(plan.old)
        for other in receipts.all():
            receipts.inherit(other, tuple(folder for folder in plan.old.folders if folder.is_dir()))
    return None


def _left_behind(old: Receipt | None, entries: Iterable[Entry], others: tuple[Receipt, ...]) -> Iterator[Change]:
    """Yield how to undo files that were put then and wouldn't be now: a worker whose model is on no menu any more."""
    known = {entry.path for entry in entries} | {kept.path for one in others for kept in one.files}
    for kept in old.files if old else ():
        now = read(kept.path) if kept.path not in known else None
        if now is not None and (kept.after == digest(now) or MADE in text_of(now, kept.path)):
            yield Change(kept.path, now, kept.before)


def _by_file(entries: Iterable[Entry]) -> Iterator[tuple[Path, list[Entry]]]:
    ordered = list(entries)
    paths = list(dict.fromkeys(entry.path for entry in ordered))
    for path, group in groupby(sorted(ordered, key=lambda one: paths.index(one.path)), key=lambda one: one.path):
        yield path, list(group)


def _is_as_left(path: Path, now: bytes | None, own: Receipt | None) -> bool:
    """Return whether a file is as our own installation left it."""
    remembered = _remembered(path, own)
    return remembered is not None and now is not None and remembered.after == digest(now)


def _remembered(path: Path, own: Receipt | None) -> Kept | None:
    return next((kept for kept in own.files if kept.path == path), None) if own else None


def _edited(path: Path, now: bytes | None, entries: list[Entry]) -> bytes | None:
    """Return the file with the wanted entries and without the others."""
    text = text_of(now, path)
    changed = text
    for entry in entries:
        if entry.wanted:
            changed = _said(path, entry.edit.put, changed)
        else:
            changed = _said(path, lambda old, edit=entry.edit: edit.take(old, None), changed)  # type: ignore[misc]
    return now if changed == text else bytes_of(changed, now)


def _without(
    path: Path, now: bytes | None, edits: list[Edit], own: Receipt | None, others: tuple[Receipt, ...]
) -> bytes | None:
    """Return what the file would hold without our entries: what a receipt remembers, if nothing changed since."""
    if now is None:
        return None
    remembered = _remembered(path, own)
    if remembered and _is_as_left(path, now, own):
        return remembered.before
    keys = {edit.key for edit in edits}
    for kept in (kept for one in others for kept in one.files if kept.path == path):
        if kept.after == digest(now) and keys & set(kept.keys):
            return kept.before
    before = text_of(remembered.before, path) if remembered and remembered.before is not None else None
    text = text_of(now, path)
    changed = text
    for edit in edits:
        changed = _said(path, lambda old, edit=edit: edit.take(old, before), changed)  # type: ignore[misc]
    if changed == text:
        return now
    ours_alone = before is None and (remembered is not None or path.stem == "acrouter" or not changed)
    return None if ours_alone and changed.strip() in ("", "{}") else bytes_of(changed, now)


def _said(path: Path, change: Callable[[str], str], text: str) -> str:
    try:
        return change(text)
    except ValueError as error:
        raise UserError(f"{path}: {error}. Nothing was changed; mend the file and run the command again") from error


def _diff(change: Change) -> str:
    old, new = (_lines(content) for content in (change.before, change.after))
    name, other = ("/dev/null" if content is None else str(change.path) for content in (change.before, change.after))
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in difflib.unified_diff(old, new, name, other))


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", "replace").splitlines(keepends=True)
