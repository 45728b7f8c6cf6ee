"""`make check`: format, lint, types, imports, generated plugins; and that a planted fault in `tools/` is found.

Run with `PYTHONSAFEPATH=1`: the repository's root on `sys.path` would shadow the installed packages.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sysconfig.get_path("scripts"))
CODE = ("acrouter_mcp", "tools", "verifiers")
PLANTED_TYPE_ERROR = "\nPLANTED: int = 'a string'\n"
PLANTED_IMPORT = "\nimport acrouter_mcp.cli\n"


def run(*command: str, cwd: Path = ROOT) -> bool:
    """Run a tool of the virtual environment; True if it found nothing."""
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=cwd, check=False).returncode == 0


def types(folder: Path) -> bool:
    """Check types by path: `-p acrouter_mcp` would pass over the folders that lie beside it."""
    return run("mypy", "--config-file", str(ROOT / "pyproject.toml"), *CODE, cwd=folder)


def imports() -> bool:
    """Check the import contracts from another folder, where only the installed packages are found."""
    with tempfile.TemporaryDirectory() as elsewhere:
        return run("lint-imports", "--no-cache", "--config", str(ROOT / "pyproject.toml"), cwd=Path(elsewhere))


def planted_type_error_is_found() -> bool:
    """Return whether mypy finds an error in a copy of `tools/`."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for name in CODE:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        with (copy / "tools" / "recall_similar.py").open("a", encoding="utf-8") as file:
            file.write(PLANTED_TYPE_ERROR)
        return not types(copy)


def planted_import_is_found() -> bool:
    """Return whether a forbidden import in `tools/` breaks the contract."""
    path = ROOT / "tools" / "recall_similar.py"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text + PLANTED_IMPORT, encoding="utf-8")
        return not imports()
    finally:
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Run every check, name those that failed, and exit 1 if there is one."""
    checks = {
        "ruff format": lambda: run("ruff", "format", "--check", "."),
        "ruff check": lambda: run("ruff", "check", "."),
        "mypy": lambda: types(ROOT),
        "pyright": lambda: run("basedpyright", "--level", "error"),
        "import contracts": imports,
        "plugins are current": lambda: run("python", "-P", str(ROOT / "scripts" / "plugins.py"), "--check"),
        "a planted type error is found": planted_type_error_is_found,
        "a planted import is found": planted_import_is_found,
    }
    failed = []
    for name, check in checks.items():
        print(f"== {name}", flush=True)
        if not check():
            failed.append(name)
    print(f"check: {', '.join(failed)} failed" if failed else "check: all well")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
