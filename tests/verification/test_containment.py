"""Attacks on the sandbox, each shown to work without one (the positive control) and to fail in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acrouter_mcp.verification.runner.interpreter import locate
from acrouter_mcp.verification.sandbox import Job, Limits, Sandbox
from acrouter_mcp.verification.sandbox.bwrap import Bwrap
from acrouter_mcp.verification.sandbox.uncontained import Uncontained

pytestmark = pytest.mark.anyio

PYTHON = Path(sys.executable)
SUCCESS = b"SUCCEEDED"


@pytest.fixture
def listener() -> Iterator[int]:
    """Yield the number of TCP and UDP loopback ports, served, as is an abstract socket named by it."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))
        abstract.bind(f"\0acrouter-{port}")
        abstract.listen()
        threading.Thread(target=_echo, args=(udp,), daemon=True).start()
        yield port
        udp.sendto(b"", ("127.0.0.1", port))


@pytest.fixture
def victim() -> Iterator[int]:
    """Yield the id of a process of this user's."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"]) as process:
        yield process.pid
        process.kill()


def _echo(udp: socket.socket) -> None:
    while True:
        data, sender = udp.recvfrom(100)
        if not data:
            return
        udp.sendto(data, sender)


async def attack(sandbox: Sandbox, code: str, **limits: Any) -> bytes:
    """Run code in a sandbox; it prints SUCCEEDED when the attack has worked."""
    interpreter = locate(PYTHON)
    job = Job(
        argv=(str(interpreter.executable), "-I", "attack.py"),
        files={"attack.py": f"done = lambda: print('SUCCEEDED', flush=True)\n{textwrap.dedent(code)}".encode()},
        readable=interpreter.readable,
        limits=replace(Limits(wall_s=10), **limits),
    )
    return (await sandbox.run(job)).stdout


async def assert_contained(sandbox: Sandbox, code: str) -> None:
    assert SUCCESS in await attack(Uncontained(), code), "positive control: the attack itself doesn't work"
    assert SUCCESS not in await attack(sandbox, code)


async def test_tcp(contained: Sandbox, listener: int) -> None:
    await assert_contained(contained, f"import socket\nsocket.create_connection(('127.0.0.1', {listener}), 5)\ndone()")


async def test_udp(contained: Sandbox, listener: int) -> None:
    code = f"""
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(2)
        s.sendto(b'x', ('127.0.0.1', {listener}))
        if s.recv(10) == b'x':
            done()
    """
    await assert_contained(contained, code)


async def test_abstract_socket(contained: Sandbox, listener: int) -> None:
    code = f"import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0acrouter-{listener}')\ndone()"
    await assert_contained(contained, code)


async def test_unix_socket(contained: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        await assert_contained(
            contained, f"import socket\nsocket.socket(socket.AF_UNIX).connect({str(path)!r})\ndone()"
        )


async def test_reading_the_users_files(contained: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "id_rsa"
    secret.write_text("secret", encoding="utf-8")
    await assert_contained(contained, f"if open({str(secret)!r}).read() == 'secret':\n    done()")


async def test_the_home_directory_is_not_there(contained: Sandbox) -> None:
    home = Path.home()
    shown = {place.relative_to(home).parts[0] for place in locate(PYTHON).readable if place.is_relative_to(home)}
    code = f"import os\nif set(os.listdir({str(home)!r})) - {shown!r}:\n    done()"
    await assert_contained(contained, code)


async def test_reading_the_environment(contained: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACROUTER_TEST_SECRET", "secret")
    code = f"""
        data = open('/proc/{os.getpid()}/environ', 'rb').read() if {os.getpid()} else b''
        if b'HOME' in data or b'PATH' in data:
            done()
    """
    await assert_contained(contained, code)
    assert b"ACROUTER" not in await attack(contained, "import os\nprint(dict(os.environ))")


async def test_writing_outside(contained: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "written"
    await assert_contained(contained, f"open({str(place)!r}, 'w').write('x')\ndone()")


async def test_deleting(contained: Sandbox, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    place = tmp_path / "a"
    assert SUCCESS in await attack(Uncontained(), f"import os\nos.unlink({str(place)!r})\ndone()")
    assert SUCCESS not in await attack(contained, f"import os\nos.unlink({str(tmp_path / 'b')!r})\ndone()")
    assert (tmp_path / "b").exists()


async def test_the_interpreter_is_read_only(contained: Sandbox) -> None:
    code = f"import os\nprint([os.access(place, os.W_OK) for place in ({str(PYTHON.parent)!r}, '/usr')])"
    assert await attack(contained, code) == b"[False, False]\n"


async def test_changing_its_own_files(contained: Sandbox) -> None:
    code = "open('attack.py', 'a').write('#')\ndone()"
    await assert_contained(contained, code)


async def test_replacing_its_own_files(contained: Sandbox) -> None:
    code = "import os\nos.rename('attack.py', 'x')\ndone()"
    await assert_contained(contained, code)


async def test_signals_to_other_processes(contained: Sandbox, victim: int) -> None:
    await assert_contained(contained, f"import os\nos.kill({victim}, 0)\ndone()")


async def test_seeing_other_processes(contained: Sandbox) -> None:
    await assert_contained(
        contained, "import os\nif len([p for p in os.listdir('/proc') if p.isdigit()]) > 8:\n    done()"
    )


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("ptrace", (101, 0, 0, 0, 0)),
        ("keyctl", (250, 0, -3, 0, 0)),
        ("userfaultfd", (323, 1)),
        ("unshare", (272, 0x10000000)),
    ],
)
async def test_system_calls(contained: Sandbox, call: str, arguments: tuple[int, ...]) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are of x86_64")
    code = f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        result = libc.syscall(*{arguments})
        print('errno', ctypes.get_errno())
        if result >= 0:
            done()
    """
    said = await attack(contained, code)
    assert SUCCESS not in said
    assert b"errno 1\n" in said, "refused by the filter with EPERM"


async def test_sockets_past_the_network_namespace(contained: Sandbox) -> None:
    code = "import socket\ntry:\n    socket.socket(40, socket.SOCK_STREAM)\nexcept OSError as e:\n    print(e.errno)"
    assert await attack(contained, code) == b"1\n"


async def test_a_loopback_of_its_own_works(contained: Sandbox) -> None:
    code = """
        import socket
        s = socket.create_server(('127.0.0.1', 0))
        socket.create_connection(s.getsockname()).close()
        done()
    """
    assert SUCCESS in await attack(contained, code)


async def test_mounting(contained: Sandbox) -> None:
    code = """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0:
            done()
    """
    assert SUCCESS not in await attack(contained, code)


async def test_kernel_settings(contained: Sandbox) -> None:
    """Whoever is root outside may write them, from a user namespace too: one of them names a program to run."""
    code = """
        import os
        for folder, _, names in os.walk('/proc/sys'):
            for name in names:
                if os.access(f'{folder}/{name}', os.W_OK):
                    done()
    """
    assert SUCCESS not in await attack(contained, code)


@pytest.mark.parametrize("place", ["/tmp", "/box", "/dev/shm"])
async def test_writable_places_are_small(contained: Sandbox, place: str) -> None:
    code = f"""
        total = 0
        try:
            for i in range(100):
                open('{place}/f%d' % i, 'wb').write(b'x' * 2**20)
                total += 1
        except OSError:
            pass
        print(total < 12)
    """
    assert await attack(contained, code, scratch_mb=10) == b"True\n"


@pytest.mark.parametrize("place", ["/", "/dev", "/etc", "/usr", "/proc"])
async def test_other_places_are_not_writable(contained: Sandbox, place: str) -> None:
    assert SUCCESS not in await attack(contained, f"open('{place}/x', 'w').write('x')\ndone()")


async def test_core_dumps_are_off(contained: Sandbox) -> None:
    code = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CORE))"
    assert await attack(contained, code) == b"(0, 0)\n"


async def test_a_daemon_does_not_outlive_the_run(contained: Sandbox) -> None:
    code = """
        import os, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for fd in range(3): os.close(fd)
                time.sleep(1000)
            os._exit(0)
        os.wait()
        print(len([p for p in os.listdir('/proc') if p.isdigit()]) > 2)
    """
    before = _sleepers()
    assert await attack(contained, code) == b"True\n", "positive control: the daemon lived"
    assert _sleepers() <= before


async def test_uncontained_daemons_are_found(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    code = f"""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                open({str(place)!r}, 'w').write(str(os.getpid()))
                for fd in range(3): os.close(fd)
                time.sleep(1000)
            os._exit(0)
        os.wait()
        while not os.path.exists({str(place)!r}): time.sleep(0.01)
    """
    await attack(Uncontained(), code)
    assert _is_dead(place.read_text(encoding="utf-8"))


def _is_dead(pid: str) -> bool:
    """Whether a process is gone, or waits for nothing but to be reaped."""
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True


def _sleepers() -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if "attack.py" in (entry / "cmdline").read_text(encoding="utf-8", errors="replace"):
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def test_it_works_as_an_ordinary_user(contained: Sandbox) -> None:
    """By `nobody`, where this suite runs as root."""
    if os.getuid() != 0 or not isinstance(contained, Bwrap):
        pytest.skip("needs root and bubblewrap")
    job = Job(argv=("/bin/sh", "-c", "id -u; cat secret; ls /root"), files={"secret": b"seen\n"})
    nobody: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
    with contained.command(job) as (argv, descriptors):
        done = subprocess.run(argv, pass_fds=descriptors, capture_output=True, text=True, check=False, **nobody)
    assert done.stdout == "65534\nseen\n", done.stderr
    assert "No such file" in done.stderr
