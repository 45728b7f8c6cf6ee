"""The warden's life: start the program, answer for it, and leave nothing of it behind."""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import signal
import socket
import sys
import time

from . import confine, proctree
from .notices import Notices

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_GIVE_UP_S = 4.0
_ROUND_MS = 5
_MANY = 100_000


def main() -> None:
    """Do as the file says that is named by the only argument; ends with the program's exit status as a shell would."""
    with open(sys.argv[1], "rb") as file:
        told: Mapping[str, Any] = marshal.load(file)  # noqa: S302 - the server wrote it, with this very interpreter
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.set_inheritable(told["lifeline"], False)
    confine.adopt_orphans()
    ours, theirs = socket.socketpair()
    warden = os.getpid()
    child = os.fork()
    if child == 0:
        ours.close()
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        confine.become(told, theirs, warden)
    theirs.close()
    _let_go()
    listener = _listener(ours) if told["landlock"] else None
    notices = Notices(listener, told) if listener is not None else None
    status = _Watch(child, notices, lifeline=told["lifeline"], wake=wake).run()
    if _server_is_gone(told["lifeline"]):
        import shutil  # nobody else is left to do it

        shutil.rmtree(told["place"], ignore_errors=True)
    os._exit(status)


def _server_is_gone(lifeline: int) -> bool:
    """Whether the lifeline ended without a word: a server that lives says one before it closes it.

    The parent's pid can't tell: a dying process closes its files some time before its children see another parent.
    """
    os.set_blocking(lifeline, False)
    try:
        return os.read(lifeline, 1) == b""
    except BlockingIOError:
        return False


def _let_go() -> None:
    """Close what is the program's: whoever waits for the end of a pipe waits for the program alone."""
    for name in os.listdir("/dev/fd"):
        number = int(name)
        with contextlib.suppress(OSError):  # the listing's own is gone already
            if number != sys.stderr.fileno() and (number < 2 or os.get_inheritable(number)):
                os.close(number)


def _listener(ours: socket.socket) -> int | None:
    """Return the descriptor of the program's notices, None if it didn't come so far."""
    with ours:
        _, opened, _, _ = socket.recv_fds(ours, 1, 1)
    return opened[0] if opened else None


class _Watch:
    def __init__(self, child: int, notices: Notices | None, *, lifeline: int, wake: int) -> None:
        self._child, self._notices, self._lifeline, self._wake = child, notices, lifeline, wake
        self._status: int | None = None
        self._poll = select.poll()
        self._poll.register(lifeline, select.POLLIN)
        self._poll.register(wake, select.POLLIN)
        if notices:
            self._poll.register(notices.listener, select.POLLIN)

    def run(self) -> int:
        """Return the program's exit status, once nothing of it is left."""
        self._reap()
        while self._status is None:
            if self._lifeline in self._attend(None):
                break
        self._end()
        return 128 + signal.SIGKILL if self._status is None else self._status

    def _attend(self, timeout_ms: int | None) -> set[int]:
        """Answer what there is to answer; returns the descriptors that had something to say."""
        heard = dict(self._poll.poll(timeout_ms))
        if self._wake in heard:
            os.read(self._wake, 4096)
            self._reap()
        if self._notices and (event := heard.get(self._notices.listener)):
            if event & select.POLLIN:
                self._notices.answer()
            else:  # nobody is left who could ask
                self._poll.unregister(self._notices.listener)
        return set(heard)

    def _reap(self) -> bool:
        """Take note of those that have ended; returns whether anybody is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self._child:
                code = os.waitstatus_to_exitcode(status)
                self._status = code if code >= 0 else 128 - code

    def _end(self) -> None:
        """Kill whoever is left, until nobody is: no new process is allowed from here on."""
        if self._notices:
            self._notices.ending = True
        self._poll.unregister(self._lifeline)
        until = time.monotonic() + _GIVE_UP_S
        while self._kill(proctree.descendants(os.getpid(), limit=_MANY)[1:]) or self._reap():
            if time.monotonic() > until:  # one that the kernel itself holds on to
                return
            self._attend(_ROUND_MS)

    def _kill(self, pids: Sequence[int]) -> bool:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        return bool(pids)
