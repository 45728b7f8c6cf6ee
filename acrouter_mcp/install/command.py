"""How a host shall start the server: by the absolute path of an installed executable."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acrouter_mcp.errors import UserError

PACKAGE = "acrouter-mcp"
_NAME = f"{PACKAGE}.exe" if sys.platform == "win32" else PACKAGE


@dataclass(frozen=True, slots=True)
class Installer:
    """A program that can install ours for good."""

    words: tuple[str, ...]

    def run(self) -> Path:
        """Install, and return where the executable is.

        Raises:
            UserError: it failed, or the executable isn't found afterwards.
        """
        done = subprocess.run(self.words, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        found = permanent()
        if done.returncode or found is None:
            raise UserError(f"`{' '.join(self.words)}` failed; install {PACKAGE} yourself and run the command again")
        return found


def running() -> Path:
    """Return the executable of this very program."""
    beside = Path(sys.executable).with_name(_NAME)
    return beside if beside.exists() else Path(sys.argv[0]).absolute()


def is_thrown_away(path: Path) -> bool:
    """Return whether an executable is `uvx`'s or `pipx run`'s, which may be gone tomorrow."""
    parts = path.resolve().parts
    in_uv = any(part.startswith(("archive-v", "environments-v", "builds-v")) for part in parts)
    in_pipx = ".cache" in parts and "pipx" in parts
    return in_uv or in_pipx


def permanent() -> Path | None:
    """Return an installed executable: this program's own, else the one on PATH or where installers put it."""
    on_path = shutil.which(PACKAGE)
    places = [running(), *([Path(on_path)] if on_path else []), Path.home() / ".local" / "bin" / _NAME]
    return next((path for path in places if path.exists() and not is_thrown_away(path)), None)


def installers() -> tuple[Installer, ...]:
    """Return what could install the program here."""
    found = ((program, shutil.which(program)) for program in ("uv", "pipx"))
    words: Mapping[str, tuple[str, ...]] = {"uv": ("tool", "install", PACKAGE), "pipx": ("install", PACKAGE)}
    return tuple(Installer((path, *words[program])) for program, path in found if path)


def fallback() -> tuple[str, ...] | None:
    """Return how to run it without an installation, None where `uvx` isn't there either."""
    uvx = shutil.which("uvx")
    return None if uvx is None else (uvx, PACKAGE)
