"""The documents say what is so: their generated parts, their links, their commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from acrouter_mcp.cli import app

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMAND = re.compile(r"(?:^|`)acrouter-mcp ((?:[a-z]+)(?: [a-z]+)?)(?= |`|$)", re.MULTILINE)


def test_the_table_of_settings_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "-P", str(ROOT / "scripts" / "docs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_are_shown_exist(path: Path) -> None:
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    for shown in COMMAND.findall(path.read_text(encoding="utf-8")):
        command, _, sub = shown.partition(" ")
        assert command in known, shown
        if sub and command in groups and groups[command]:
            assert sub in {one.name for one in groups[command].registered_commands}, shown


def test_options_that_are_shown_exist() -> None:
    runner = CliRunner()
    for path in DOCUMENTS:
        for line in re.findall(r"acrouter-mcp ([a-z]+[^`\n#]*)", path.read_text(encoding="utf-8")):
            words = line.split()
            options = [word for word in words if word.startswith("--")]
            if not options:
                continue
            parts = [word for word in words[:2] if re.fullmatch("[a-z]+", word)]
            group = next((one for one in app.registered_groups if one.name == parts[0]), None)
            named = parts if group else parts[:1]
            shown = runner.invoke(app, [*named, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
            for option in options:
                assert option.rstrip(",.;") in shown, f"{path.name}: {line}"


def test_the_two_commands_are_make_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
