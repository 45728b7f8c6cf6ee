"""Within the sandbox: what was done to a tree's tests since its base revision, and its test command.

Only git's plumbing is asked, and contents are compared by their hashes here: a repository's own configuration could
name filters that make an edited test look as it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GIT = ("git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|specs?|testing)/"
    r"|(?:^|/)(?:test_[^/]*|[^/]*_test|[^/]*[._-](?:test|spec)s?|[^/]*Tests?|conftest)\.\w+$"
    r"|(?:^|/)(?:pytest\.ini|tox\.ini|(?:jest|vitest|mocha|karma)[^/]*\.(?:json|[cm]?[jt]s))$"
)
LINK, SUBMODULE, PROGRAM = "120000", "160000", "100755"
PASSED_OVER = {".git", ".hg", ".venv", "venv", "node_modules", "__pycache__"}
LARGEST_REPORT = 4_000_000
"""Bytes of all JUnit reports together."""


@dataclass(frozen=True)
class Entry:
    """A file of the base revision."""

    mode: str
    digest: str


def main() -> int:
    """Do as the line on standard input says; returns the command's exit status as a shell would."""
    told = json.loads(sys.stdin.buffer.readline())
    with os.fdopen(told["report"], "wb") as report:
        os.set_inheritable(report.fileno(), False)
        # Asked in the tree itself: from a copy elsewhere the repository that it lies in couldn't be found
        place = told["workspace"]
        base = base_revision(place, told["base"])
        entries = files_of(place, base) if base else {}
        edited = sorted(name for name, entry in entries.items() if TESTS.search(name) and not is_as(name, entry))
        _say(report, {"base": base, "edited": edited})
        if told["lay"] == "tests":
            lay(place, {name: entries[name] for name in edited})
        elif told["lay"] == "all":
            lay(place, {name: entry for name, entry in entries.items() if not is_as(name, entry)})
            for name in added(place, entries):
                Path(name).unlink(missing_ok=True)
        for name, place in told["fetched"].items():
            link_from_home(name, place)
        here = Path.cwd()
        command = told["command"]
        if str(here) != place:  # a copy, at a path of its own
            command = [moved(word, place, here) for word in command]
            lead_imports_to(here, told["imported_from"])
        started = time.time()
        status = run(command)
        _say(report, {"junit": list(junit_reports(started))})
    return status


def _say(report: Any, event: dict[str, Any]) -> None:
    report.write(json.dumps(event).encode("ascii") + b"\n")
    report.flush()


def git(place: str, *arguments: str, given: bytes = b"") -> bytes | None:
    """Return what git says in a folder, or None where it fails or isn't there."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
                   "GIT_DISCOVERY_ACROSS_FILESYSTEM": "1"}  # fmt: skip
    try:
        done = subprocess.run(
            [*GIT, "-C", place, *arguments], input=given, capture_output=True, check=False, timeout=60, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def base_revision(place: str, wanted: str | None) -> str | None:
    """Return the commit to compare with: `wanted`, else the merge base with the default branch, else HEAD."""
    commit = ("rev-parse", "--verify", "--quiet")
    candidates = [(*commit, f"{wanted}^{{commit}}")] if wanted else []
    shared = [("merge-base", "HEAD", branch) for branch in DEFAULTS]
    for arguments in (*candidates, *shared, (*commit, "HEAD^{commit}")):
        said = git(place, *arguments)
        if said and said.strip():
            return said.decode("ascii", "replace").split()[0]
    return None


def files_of(place: str, base: str) -> dict[str, Entry]:
    """Return the files of the base revision below a folder, by their paths from there."""
    listing = git(place, "ls-tree", "-r", "-z", base) or b""
    found = {}
    for line in listing.split(b"\0"):
        meta, _, name = line.partition(b"\t")
        mode, _, digest = meta.decode("ascii", "replace").partition(" blob ")
        if name and digest and mode != SUBMODULE:
            found[os.fsdecode(name)] = Entry(mode, digest)
    return found


def is_as(name: str, entry: Entry) -> bool:
    """Whether the file here has the base revision's content; line ends may differ."""
    try:
        content = os.fsencode(Path(name).readlink()) if Path(name).is_symlink() else Path(name).read_bytes()
    except OSError:
        return False
    if Path(name).is_symlink() != (entry.mode == LINK):
        return False
    return entry.digest in (_digest(content, entry), _digest(content.replace(b"\r\n", b"\n"), entry))


def _digest(content: bytes, entry: Entry) -> str:
    kind = hashlib.sha256 if len(entry.digest) == 64 else hashlib.sha1
    return kind(b"blob %d\0" % len(content) + content).hexdigest()


def added(place: str, entries: dict[str, Entry]) -> Iterator[str]:
    """Yield the files that the base revision doesn't have and git doesn't ignore."""
    listing = git(place, "ls-files", "-z", "--cached", "--others", "--exclude-standard") or b""
    yield from (name for name in map(os.fsdecode, listing.split(b"\0")) if name and name not in entries)


def lay(place: str, entries: dict[str, Entry]) -> None:
    """Put the base revision's files in the place of what is here."""
    wanted = "".join(f"{entry.digest}\n" for entry in entries.values()).encode("ascii")
    said = git(place, "cat-file", "--batch", given=wanted) or b""
    at = 0
    for name, entry in entries.items():
        head, _, _ = said[at : at + 200].partition(b"\n")
        size = int(head.split()[2])
        at += len(head) + 1
        _write(Path(name), entry, said[at : at + size])
        at += size + 1


def _write(path: Path, entry: Entry, content: bytes) -> None:
    for parent in reversed(path.parents):
        if parent.is_symlink() or parent.is_file():
            parent.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        path.unlink()
    if entry.mode == LINK:
        path.symlink_to(os.fsdecode(content))
        return
    path.write_bytes(content)
    if entry.mode == PROGRAM:
        path.chmod(0o755)


def link_from_home(name: str, place: str) -> None:
    """Let a package manager find what it has fetched, with the room that it wants beside it."""
    link = Path(os.environ["HOME"], name)
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(place)


def moved(word: str, workspace: str, here: Path) -> str:
    """Return a word of the command with a path in the workspace led to the copy."""
    inside = word == workspace or word.startswith(f"{workspace}/")
    return f"{here}{word[len(workspace) :]}" if inside else word


def lead_imports_to(here: Path, folders: Sequence[str]) -> None:
    """Let what is installed as editable be found in the copy, before the path that the environment knows."""
    if folders:
        known = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(
            [*(str(here / name) for name in folders), *([known] if known else [])]
        )


def run(command: Sequence[str]) -> int:
    """Run the test command; returns its exit status, 126 or 127 where it can't be started."""
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    except FileNotFoundError:
        sys.stderr.write(f"{command[0]}: not found\n")
        return 127
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 126
    return status if status >= 0 else 128 - status


def junit_reports(since: float) -> Iterator[str]:
    """Yield the JUnit reports that were written here after that time."""
    left = LARGEST_REPORT
    for folder, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name not in PASSED_OVER]
        for name in names:
            path = Path(folder, name)
            if not name.endswith(".xml") or path.is_symlink():
                continue
            try:
                stat = path.stat()
                if stat.st_mtime < since - 1 or stat.st_size > left:
                    continue
                text = path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if "<testsuite" in text[:2_000]:
                left -= stat.st_size
                yield text


if __name__ == "__main__":
    sys.exit(main())
