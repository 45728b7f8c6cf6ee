"""bubblewrap: namespaces for everything, a read-only view of what was listed, a system call filter, no network.

Needs user namespaces that an ordinary user may make. About 12 ms to start.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from acrouter_mcp.verification.sandbox import seccomp
from acrouter_mcp.verification.sandbox.base import Exit, Job, Limits
from acrouter_mcp.verification.sandbox.copies import copy_tree
from acrouter_mcp.verification.sandbox.footprint import Mounts
from acrouter_mcp.verification.sandbox.limits import base_environment, limited
from acrouter_mcp.verification.sandbox.supervise import supervise

WORK = Path("/box")
_HOME = Path("/tmp")  # noqa: S108 - inside the sandbox
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - inside the sandbox
_FOLDER_MB = 8
"""Room in each folder of a job's own files."""
_NOBODY = "65534"
_ETC = {
    "/etc/passwd": b"sandbox:x:65534:65534::/tmp:/bin/sh\n",
    "/etc/group": b"sandbox:x:65534:\n",
    "/etc/hosts": b"127.0.0.1 localhost\n::1 localhost\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy of a workspace, and the folders in it (relative) that are shown instead."""

    place: Path
    shown: list[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bwrap:
    """The tier, with what this machine's bubblewrap was seen to support."""

    binary: Path
    userns_lock: bool
    """`--disable-userns` works: no new user namespace inside; without it the system call filter refuses them."""
    overlay: bool
    """A workspace can be seen through a throw-away layer; without it, it is copied."""
    name: str = "bwrap"
    contained: bool = True

    async def run(self, job: Job) -> Exit:
        """See `Sandbox.run`."""
        async with AsyncExitStack() as stack:
            copied = None
            if job.workspace and not self.overlay:
                folder = stack.enter_context(
                    tempfile.TemporaryDirectory(prefix="acrouter-", ignore_cleanup_errors=True)
                )
                copied = Copied(place=Path(folder) / "copy", shown=[])
                copied.shown.extend(await copy_tree(job.workspace, copied.place))
            argv, descriptors = stack.enter_context(self.command(job, copied=copied))
            own = [WORK, _HOME, Path(_SHARED_MEMORY), *([job.workspace] if job.workspace else [])]
            return await supervise(
                argv,
                job,
                environment={"PATH": "/usr/bin:/bin"},
                cwd=Path("/"),
                footprint=Mounts(own, job),
                descriptors=descriptors,
            )

    @contextmanager
    def command(self, job: Job, *, copied: Copied | None = None) -> Iterator[tuple[list[str], list[int]]]:
        """Yield the command line of `job` and the descriptors that it reads; they are closed afterwards.

        `copied` is a copy of the workspace to show in its place.
        """
        with ExitStack() as stack:
            descriptors: list[int] = []

            def data(content: bytes) -> str:
                file = stack.enter_context(os.fdopen(os.memfd_create("acrouter"), "r+b", buffering=0))
                file.write(content)
                file.seek(0)
                descriptors.append(file.fileno())
                return str(file.fileno())

            argv = [str(self.binary), *self._namespaces(), *_system(), *_scratch(job.limits)]
            for path, content in _ETC.items():
                argv += ["--ro-bind-data", data(content), path]
            for place in job.readable:
                argv += ["--ro-bind-try", str(place), str(place)]
            argv += self._workspace(job, copied) if job.workspace else []
            # A folder that files are mounted in could be renamed with them, if it weren't a mount itself
            for folder in _folders(job.files):
                argv += ["--size", str(_FOLDER_MB << 20), "--tmpfs", str(WORK / folder)]
            for name, content in job.files.items():
                argv += ["--perms", "0444", "--ro-bind-data", data(content), str(WORK / name)]
            if (filter_ := seccomp.program()) is not None:
                argv += ["--seccomp", data(filter_)]
            for name, value in base_environment(job, home=_HOME).items():
                argv += ["--setenv", name, value]
            # Kernel settings in /proc/sys are writable for whoever is root outside, in a user namespace too
            for fixed in ("/proc", "/dev", "/"):
                argv += ["--remount-ro", fixed]
            argv += ["--chdir", str(job.workspace or WORK), "--", "/bin/sh", "-c"]
            yield [*argv, limited(job.limits, processes=job.limits.processes), "sh", *job.argv], descriptors

    def _namespaces(self) -> list[str]:
        lock = ["--disable-userns"] if self.userns_lock else []
        identity = ["--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "sandbox"]
        ends = ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
        return ["--unshare-all", "--unshare-user", *lock, *ends, *identity]

    def _workspace(self, job: Job, copied: Copied | None) -> list[str]:
        place = str(job.workspace)
        if copied is not None:
            shown = [str(job.workspace / folder) for folder in copied.shown] if job.workspace else []
            return ["--bind", str(copied.place), place, *(word for same in shown for word in ("--ro-bind", same, same))]
        return ["--overlay-src", place, "--tmp-overlay", place]


def _system() -> list[str]:
    """Return the flags that show the system's programs and libraries, and nothing else of it."""
    argv = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        place = Path("/") / name
        if place.is_symlink():
            argv += ["--symlink", str(place.readlink()), str(place)]
        else:
            argv += ["--ro-bind-try", str(place), str(place)]
    for optional in ("/etc/alternatives", "/etc/ld.so.cache", "/nix/store"):
        argv += ["--ro-bind-try", optional, optional]
    return [*argv, "--proc", "/proc", "--dev", "/dev"]


def _folders(names: Iterable[str]) -> list[PurePosixPath]:
    """Return the folders of files with these relative paths, each after the one that it lies in."""
    return sorted({folder for name in names for folder in PurePosixPath(name).parents[:-1]})


def _scratch(limits: Limits) -> list[str]:
    size = str(limits.scratch_mb << 20)
    return [word for place in (_SHARED_MEMORY, str(_HOME), str(WORK)) for word in ("--size", size, "--tmpfs", place)]
