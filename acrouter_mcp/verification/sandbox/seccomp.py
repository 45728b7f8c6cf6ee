"""A system call filter: what no judged program needs, and what has led out of namespaces before.

Classic BPF, assembled here because the only other way to it is a C library with bindings that the user would have to
compile. The numbers are the kernel's (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
"""

from __future__ import annotations

import platform
import struct

_X86_64 = (0xC000003E, {
    "ptrace": 101, "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321, "perf_event_open": 298,
    "userfaultfd": 323, "io_uring_setup": 425, "mount": 165, "umount2": 166, "pivot_root": 155, "unshare": 272,
    "setns": 308, "kexec_load": 246, "init_module": 175, "finit_module": 313, "open_by_handle_at": 304,
    "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_getfd": 438, "mount_setattr": 442, "fsopen": 430,
    "move_mount": 429, "open_tree": 428, "socket": 41, "clone": 56, "clone3": 435,
})  # fmt: skip
_AARCH64 = (0xC00000B7, {
    "ptrace": 117, "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280, "perf_event_open": 241,
    "userfaultfd": 282, "io_uring_setup": 425, "mount": 40, "umount2": 39, "pivot_root": 41, "unshare": 97,
    "setns": 268, "kexec_load": 104, "init_module": 105, "finit_module": 273, "open_by_handle_at": 265,
    "process_vm_readv": 270, "process_vm_writev": 271, "pidfd_getfd": 438, "mount_setattr": 442, "fsopen": 430,
    "move_mount": 429, "open_tree": 428, "socket": 198, "clone": 220, "clone3": 435,
})  # fmt: skip

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENT_0 = 0, 4, 16
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_CLONE_NEWUSER = 0x10000000
_FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6, netlink: the rest (vsock reaches a hypervisor past the network namespace) is refused."""

Instruction = tuple[int, int, int, int]


def program(machine: str | None = None) -> bytes | None:
    """Return the filter for `machine` (default: this one) as `sock_filter` records, or None where none is written."""
    table = {"x86_64": _X86_64, "aarch64": _AARCH64}.get(machine or platform.machine())
    if table is None:
        return None
    arch, calls = table
    special = {"socket", "clone", "clone3"}
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if arch == _X86_64[0]:  # the x32 calling convention would get round the numbers below
        code += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL)]
    for name, number in calls.items():
        if name not in special:
            code += _refuse(number, _EPERM)
    code += _refuse(calls["clone3"], _ENOSYS)  # its flags lie in memory, unseen here; libc falls back to clone
    code += [(_EQUAL, 0, 4, calls["clone"]), (_LOAD, 0, 0, _ARGUMENT_0), (_ANY_BIT, 0, 1, _CLONE_NEWUSER)]
    code += [(_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]
    code += [(_EQUAL, 0, len(_FAMILIES) + 2, calls["socket"]), (_LOAD, 0, 0, _ARGUMENT_0)]
    code += [(_EQUAL, len(_FAMILIES) - i, 0, family) for i, family in enumerate(_FAMILIES)]
    code += [(_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _refuse(number: int, action: int) -> list[Instruction]:
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, action)]
