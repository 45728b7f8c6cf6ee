"""Which project a call is about, and what git knows of it."""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

GIT_TIMEOUT_S = 5.0
HTTP_PROJECT = "default"
"""Scope of calls over HTTP, where the server's working directory says nothing about the caller."""


@dataclass(frozen=True, slots=True)
class Project:
    """A scope of the memory and its folder."""

    id: str
    root: Path
    is_git: bool


def find_project(cwd: Path, named: str | None = None) -> Project:
    """Return the project of `cwd`: `named`, else the normalised git origin, else a hash of the root folder."""
    top = _git(cwd, "rev-parse", "--show-toplevel")
    root = Path(top) if top else cwd
    origin = _git(cwd, "config", "--get", "remote.origin.url") if top else None
    project = named or (normalise_origin(origin) if origin else None) or _folder_id(root)
    return Project(project, root, top is not None)


def normalise_origin(url: str) -> str:
    """Return `host/path` of a git remote, so that clones by ssh and https are one project.

    >>> normalise_origin("git@github.com:Org/Repo.git")
    'github.com/org/repo'
    """
    bare = re.sub(r"^[a-z+]+://", "", url.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"^[^@/]*@", "", bare)
    bare = re.sub(r"^([^/:]+):(\d+/)?", r"\1/", bare)
    return re.sub(r"(\.git)?/*$", "", bare).lower()


def head_commit(root: Path) -> str | None:
    """Return the commit that is checked out in `root`, or None outside of git or before the first commit."""
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD")


def allowed_roots(project: Project) -> tuple[Path, ...]:
    """Return the folders that a stdio client may have tested: the git root, never the home folder or `/`."""
    root = project.root.resolve()
    if not project.is_git or root == Path.home().resolve() or root.parent == root:
        return ()
    return (root,)


def _folder_id(root: Path) -> str:
    return f"folder-{hashlib.sha256(str(root.resolve()).encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def _git(cwd: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            capture_output=True,
            timeout=GIT_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() or None if done.returncode == 0 else None
