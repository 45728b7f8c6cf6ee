"""Tests that start the solution as a program: `subprocess` and `runpy`, as far as it is the solution that they start.

What is started runs in the solution's sandbox. Whatever else the tests want to start ends the run with `limit`.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .link import Link

_PYTHONS = ("python", "python3", "py")


class Launcher:
    """Stands in for `subprocess` and `runpy`. `files` are the solution's, `modules` the names they are imported by."""

    def __init__(self, link: Link, files: Sequence[str], modules: Sequence[str]) -> None:
        self._link, self._files, self._modules = link, frozenset(files), frozenset(modules)

    def install(self) -> None:
        """Take the place of what tests start programs with."""
        launcher = self

        class Popen(_Popen):
            acrouter_launcher = launcher

        vars(subprocess)["Popen"] = Popen  # pyright: ignore[reportIndexIssue]
        vars(runpy).update(run_path=self.run_path, run_module=self.run_module)  # pyright: ignore[reportAttributeAccessIssue]

    def words(self, arguments: Any, *, shell: bool) -> list[str]:
        """Return the interpreter's arguments, if it is the solution that is started; else this ends the run."""
        words = arguments.split() if shell and isinstance(arguments, str) else arguments
        if isinstance(words, (str, os.PathLike)):
            words = [words]
        told = [os.fsdecode(word) for word in words]
        if len(told) > 1 and (told[0] == sys.executable or Path(told[0]).name.rstrip("0123456789.") in _PYTHONS):
            told = self._script(told[1:])
            if told:
                return told
        return self._link.stop("limit", "the tests start a program of their own")

    def _script(self, words: list[str]) -> list[str]:
        flags: list[str] = []
        while words and words[0] in ("-u", "-B", "-E", "-s", "-O", "-I"):
            flags.append(words.pop(0))
        if len(words) > 1 and words[0] == "-m" and words[1] in self._modules:
            return [*flags, *words]
        name = self.file(words[0]) if words else None
        return [*flags, name, *words[1:]] if name else []

    def file(self, path: Any) -> str | None:
        """Return the solution's file that a path names."""
        try:
            relative = (Path.cwd() / os.fsdecode(path)).resolve().relative_to(Path.cwd()).as_posix()
        except (ValueError, TypeError):
            return None
        return relative if relative in self._files else None

    def run(self, words: list[str], given: bytes | None, timeout_s: float | None, environment: Any) -> list[Any]:
        """Have it run; returns exit status (None: out of time), output and errors."""
        facts = self._link.encode([words, given, timeout_s, environment])
        result = self._link.run("program", facts=facts)
        if type(result) is not list or [type(one) for one in result[1:]] != [bytes, bytes]:
            self._link.stop("gone", "it ran a program with nonsense for a result")
        return result

    def run_path(self, path: Any, init_globals: Any = None, run_name: str | None = None) -> Any:
        """Stand in for `runpy.run_path`."""
        name = self.file(path)
        if name is None or init_globals:
            self._link.stop("limit", "the tests run a file of their own")
        return self._link.run("file", path=name, name=run_name or "<run_path>")

    def run_module(self, module: str, init_globals: Any = None, run_name: str | None = None, **_: Any) -> Any:
        """Stand in for `runpy.run_module`."""
        path = f"{module.replace('.', '/')}.py"
        return self.run_path(path, init_globals, run_name or module)


class _Popen:
    """Stands in for `subprocess.Popen` where the program is the solution: it runs when its input is complete."""

    acrouter_launcher: Launcher

    def __init__(self, args: Any, _bufsize: int = -1, _executable: Any = None, stdin: Any = None, stdout: Any = None,
                 stderr: Any = None, *, shell: bool = False, cwd: Any = None, env: Mapping[str, str] | None = None,
                 universal_newlines: bool | None = None, encoding: str | None = None, errors: str | None = None,
                 text: bool | None = None, **_: Any) -> None:  # fmt: skip
        launcher = self.acrouter_launcher
        self.args, self.returncode, self.pid = args, None, 0
        self._words = launcher.words(args, shell=shell)
        files = [one for one in (stdin, stdout, stderr) if one not in (None, subprocess.PIPE, subprocess.DEVNULL)]
        if [one for one in files if one != subprocess.STDOUT] or (cwd and Path(cwd).absolute() != Path.cwd()):
            launcher._link.stop("limit", "the tests start a program with files of their own")
        self._wanted, self._env = (stdout, stderr), None if env is None else dict(env)
        self._coding = (encoding or "utf-8", errors or "strict") if text or universal_newlines or encoding else None
        self.stdin = self.stdout = self.stderr = None

    def __enter__(self) -> _Popen:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:  # noqa: A002
        """Run it; see `subprocess.Popen.communicate`."""
        given = input.encode(*self._coding) if isinstance(input, str) and self._coding else input
        code, out, err = self.acrouter_launcher.run(self._words, given, timeout, self._env)  # pyright: ignore[reportArgumentType]
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0, out, err)
        self.returncode = code
        if self._wanted[1] == subprocess.STDOUT:
            out, err = out + err, b""
        return tuple(
            self._text(said) if wanted == subprocess.PIPE else None
            for said, wanted in zip((out, err), self._wanted)  # noqa: B905 - `strict` is newer than the oldest interpreter
        )  # type: ignore[return-value]

    def _text(self, said: bytes) -> Any:
        return said.decode(*self._coding).replace("\r\n", "\n") if self._coding else said

    def wait(self, timeout: float | None = None) -> int | None:
        """Run it, if it hasn't been."""
        if self.returncode is None:
            self.communicate(timeout=timeout)
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit status, None if it hasn't run."""
        return self.returncode

    def kill(self) -> None:
        """Do nothing: it has ended, or not begun."""

    terminate = kill
