"""Which folders an interpreter gets to show in the sandbox."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest

from acrouter_mcp.errors import UserError
from acrouter_mcp.verification import Engine, Submission
from acrouter_mcp.verification.runner.interpreter import locate


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A folder that looks like a Python installation."""
    place = tmp_path / "python"
    (place / "bin").mkdir(parents=True)
    (place / "lib" / "python3.11").mkdir(parents=True)
    (place / "lib" / "python3.11" / "os.py").touch()
    (place / "bin" / "python3").write_bytes(b"\x7fELF")
    return place


def environment(place: Path, base: Path) -> Path:
    """A virtual environment of `base`; returns its interpreter."""
    (place / "bin").mkdir(parents=True)
    (place / "lib").mkdir()
    (place / "pyvenv.cfg").write_text(f"home = {base / 'bin'}\n", encoding="utf-8")
    (place / "bin" / "python").symlink_to(base / "bin" / "python3")
    return place / "bin" / "python"


def test_an_environment_needs_itself_and_its_base(installation: Path, tmp_path: Path) -> None:
    found = locate(environment(tmp_path / "venv", installation))
    assert tmp_path / "venv" / "bin" in found.readable
    assert installation / "lib" in found.readable
    assert tmp_path not in found.readable


def test_this_interpreter_is_found() -> None:
    assert locate(Path(sys.executable)).executable == Path(sys.executable)


def test_the_home_directory_is_never_shown(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    python = environment(tmp_path / "home", installation)
    (tmp_path / "home" / "lib" / "python3.11").mkdir()
    (tmp_path / "home" / "lib" / "python3.11" / "os.py").touch()
    assert not any(place.is_relative_to(tmp_path / "home") for place in locate(python).readable)


def test_a_folder_that_leads_elsewhere_is_not_shown(installation: Path, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    fake = tmp_path / "fake"
    (fake / "lib" / "python3.11").mkdir(parents=True)
    (fake / "lib" / "python3.11" / "os.py").touch()
    (fake / "bin").symlink_to(secrets)
    python = environment(tmp_path / "venv", installation)
    (tmp_path / "venv" / "pyvenv.cfg").write_text(f"home = {fake / 'bin'}\n", encoding="utf-8")
    assert not any(place.resolve() == secrets for place in locate(python).readable)


def test_scripts_and_nothing_are_refused(tmp_path: Path) -> None:
    shim = tmp_path / "python"
    shim.write_text("#!/bin/sh\nexec python3\n", encoding="utf-8")
    for python in (shim, tmp_path / "none", tmp_path):
        with pytest.raises(UserError, match="ACROUTER_PYTHON"):
            locate(python)


@pytest.mark.anyio
async def test_an_interpreter_without_pytest_borrows_the_servers(tmp_path: Path) -> None:
    """A fresh virtual environment of this very Python, which has nothing installed."""
    if Engine().isolation().tier != "bwrap":
        pytest.skip("nothing contains foreign code here")
    venv.create(tmp_path / "bare", with_pip=False)
    submission = Submission(
        files={"solution.py": "def f():\n    return 1\n"},
        tests="import pytest\nfrom solution import f\n\ndef test_f():\n    assert f() == 1\n",
        python=tmp_path / "bare" / "bin" / "python",
    )
    assert (await Engine().verify(submission, timeout_s=30)).verdict == "pass"
