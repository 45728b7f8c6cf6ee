"""What a child does to itself before it becomes the judged program: limits, Landlock, a filter, no capability.

Structures and numbers are those of include/uapi/linux/{landlock,seccomp,prctl,capability}.h; the calls have no wrapper
in libc or in Python.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import socket
import stat
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITIES_3 = 0x20080522
_PDEATHSIG, _CAPBSET_DROP, _SUBREAPER, _NO_NEW_PRIVILEGES = 1, 24, 36, 38
_SIGKILL = 9
_MODE_FILTER, _NEW_LISTENER, _WAIT_KILLABLE = 1, 8, 32
_PATH_BENEATH = 1

_EXECUTE, _WRITE, _READ, _TRUNCATE, _IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 14, 1 << 15
_LIST, _DEVICES = 1 << 3, 1 << 6 | 1 << 11
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_HANDLED = {3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Rights on files that Landlock has had a say in since this version of its interface."""
_RIGHTS = {
    "read": _EXECUTE | _READ | _LIST,
    "list": _LIST,
    "write": (1 << 15) - 1 & ~_DEVICES,
    "device": _READ | _WRITE | _IOCTL,
}
_TCP, _SCOPES = 0b11, 0b11
"""Binding and connecting; abstract sockets and signals."""

libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Return the version of Landlock's interface here, 0 where it isn't there or is switched off."""
    return max(int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)), 0)


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own below this process."""
    if sys.platform == "linux":
        _checked("PR_SET_CHILD_SUBREAPER", libc.prctl(_SUBREAPER, 1, 0, 0, 0))


def become(told: Mapping[str, Any], listener: socket.socket, warden: int) -> NoReturn:
    """Turn this process into the judged program; the filter's listener goes over the socket."""
    try:
        os.setsid()
        if sys.platform == "linux":
            libc.prctl(_PDEATHSIG, _SIGKILL, 0, 0, 0)
            if os.getppid() != warden:
                os._exit(1)
        for name, value in told["limits"].items():
            _limit(getattr(resource, name), value)
        os.chdir(told["cwd"])
        if told["landlock"]:
            _drop_capabilities()
            _restrict(told["landlock"])
            _filter(told["filter"], listener)
        listener.close()
        os._exit(_execute(told["argv"], told["environment"]))
    except Exception as error:  # whatever it is, this process must not go on as a second warden
        os.write(2, f"{told['argv'][0]}: {error}\n".encode("utf-8", "surrogateescape"))
        os._exit(126)


def _execute(argv: list[str], environment: Mapping[str, str]) -> int:
    """Become a program, looked for in PATH (`os.execvpe` imports modules, too late); returns a shell's exit status."""
    name, status = argv[0], 127
    folders = [""] if "/" in name else [f"{folder}/" for folder in environment["PATH"].split(":")]
    for folder in folders:
        try:
            os.execve(f"{folder}{name}", argv, environment)  # noqa: S606
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            status, said = 126, f"{name}: {error.strerror}\n"
    if status == 127:
        said = f"{name}: not found\n"
    os.write(2, said.encode("utf-8", "surrogateescape"))
    return status


def _limit(kind: int, value: int) -> None:
    """Set a limit, hard and soft; one that is already tighter stays."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some
        resource.setrlimit(kind, (value, value))


def _drop_capabilities() -> None:
    """Give up what root could do beyond its own files; with no new privileges, no program gives it back."""
    _checked("PR_SET_NO_NEW_PRIVS", libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    for capability in range(64):
        libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("<Ii", _CAPABILITIES_3, 0))
    none = ctypes.create_string_buffer(24)
    _checked("capset", libc.syscall(_CAPSET[os.uname().machine], header, none))


def _restrict(rules: Mapping[str, Any]) -> None:
    """Deny every access to files but those that `rules` name, TCP, and signals and sockets beyond this process's."""
    version: int = rules["abi"]
    handled = _HANDLED[5] if version >= 5 else _HANDLED[3]
    attributes = struct.pack("<QQQ", handled, _TCP, _SCOPES)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    # c_char_p would end at the first NUL
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = _checked(
        "landlock_create_ruleset", libc.syscall(_CREATE_RULESET, buffer, ctypes.c_size_t(len(attributes)), 0)
    )
    for kind, rights in _RIGHTS.items():
        _allow(ruleset, rules[kind], rights & handled)
    _checked("landlock_restrict_self", libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(ruleset: int, places: Sequence[str], rights: int) -> None:
    for place in places:
        try:
            opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # not on this machine
        of_folder = stat.S_ISDIR(os.fstat(opened).st_mode)
        allowed = rights if of_folder else rights & _OF_FILES
        rule = ctypes.create_string_buffer(struct.pack("<Qi", allowed, opened))
        _checked(f"landlock_add_rule {place}", libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
        os.close(opened)


def _filter(program: bytes, listener: socket.socket) -> None:
    """Install the filter; from here on the warden answers for this process."""
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("<H6xQ", len(program) // 8, ctypes.addressof(code)))
    flags = _NEW_LISTENER | _WAIT_KILLABLE
    opened = _checked("seccomp", libc.syscall(_SECCOMP[os.uname().machine], _MODE_FILTER, flags, head))
    socket.send_fds(listener, [b"."], [opened])
    os.close(opened)


def _checked(what: str, result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), what)
    return result
