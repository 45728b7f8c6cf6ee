"""What a repository's history says of earlier decisions: work that was merged and kept, or reverted."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.errors import UserError
from acrouter_mcp.loop.caller import Caller
from acrouter_mcp.loop.evidence import MERGED
from acrouter_mcp.loop.services import Services
from acrouter_mcp.types import OutcomeReport

GIT_S = 60.0
REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,40})", re.IGNORECASE)
FORMAT = "%x1e%H%x1f%P%x1f%ct%x1f%B"
SHORTEST = 7
"""Characters of a commit's name that tell it from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of the default branch."""

    name: str
    parent: str | None
    at: float
    reverts: tuple[str, ...]


def from_git(services: Services, since: float, *, dry_run: bool = False) -> dict[str, int]:
    """Revise the outcomes of this project's decisions since a time by its default branch; returns counts.

    A decision's commits are those that its work made, else the first one on top of the commit that was checked out
    when it was made. Merged: on the default branch and not reverted there.

    Raises:
        UserError: this isn't a git repository, or it has no commit.
    """
    if not services.project.is_git:
        raise UserError(f"import git: {services.project.root} is no git repository; run it inside of one")
    root = services.project.root
    commits = _commits(root, _default_branch(root))
    reverted = _reverted(commits)
    memory = services.open_memory()
    counts = {"commits": len(commits), "merged": 0, "reverted": 0}
    for decision_id, own, base, created in memory.journal.with_commits(services.scope(Caller()), since):
        made = _of_decision(commits, own, base, created)
        if not made:
            continue
        kept = not any(commit.name in reverted for commit in made)
        counts["merged" if kept else "reverted"] += 1
        if not dry_run:
            note = f"{'merged' if kept else 'reverted'}: {made[0].name[:12]}"
            memory.report(
                OutcomeReport(
                    decision_id=decision_id,
                    source="ci",
                    quality=float(kept),
                    weight=MERGED,
                    note=note,
                    created=services.now(),
                )
            )
    return counts


def _of_decision(commits: list[Commit], own: list[str], base: str | None, created: float) -> list[Commit]:
    named = [one for one in commits if any(one.name.startswith(name) for name in own if len(name) >= SHORTEST)]
    if named or own or base is None:
        return named
    return [one for one in commits if one.parent == base and one.at >= int(created)][:1]


def _reverted(commits: list[Commit]) -> set[str]:
    """Return the names of commits that stand reverted; a reverted revert lets its commit stand again."""
    standing: set[str] = set()
    for commit in reversed(commits):  # the oldest first
        for name in commit.reverts:
            whole = next((one for one in commits if one.name.startswith(name)), None)
            if whole is None:
                continue
            standing.add(whole.name)
            standing -= {inner for short in whole.reverts for inner in standing if inner.startswith(short)}
    return standing


def _commits(root: Path, branch: str) -> list[Commit]:
    """Return the commits of a branch, the newest first."""
    found = []
    for record in _git(root, "log", f"--format={FORMAT}", branch).split("\x1e")[1:]:
        name, parents, at, message = record.split("\x1f", 3)
        reverts = tuple(REVERTS.findall(message))
        found.append(Commit(name=name, parent=next(iter(parents.split()), None), at=float(at), reverts=reverts))
    return found


def _default_branch(root: Path) -> str:
    """Return the branch that work is merged to: the remote's default, else main or master, else the one checked out."""
    for name in ("refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master"):
        try:
            _git(root, "rev-parse", "--verify", "--quiet", name)
        except UserError:
            continue
        return name
    return "HEAD"


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, timeout=GIT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UserError(f"import git: git can't be run in {root} ({type(error).__name__})") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[:1]
        raise UserError(f"import git: git {arguments[0]} failed in {root}: {''.join(said)}")
    return done.stdout.decode("utf-8", "replace")
