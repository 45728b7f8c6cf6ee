"""What is shipped: packages, metadata for the registry, lock files."""

import json
import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from acrouter_mcp import __version__

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT.parent / "shared" / "data" / "mcp" / "2025-12-11-server.schema.json"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_folder_with_code_is_a_listed_package() -> None:
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "acrouter_mcp").rglob("__init__.py")}
    folders |= {f"acrouter_mcp.{name}" for name in ("tools", "verifiers")}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders
    for path in (ROOT / "acrouter_mcp").rglob("*.py"):
        assert (path.parent / "__init__.py").exists(), path


def test_the_version_is_one() -> None:
    server = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
    versions = {__version__, PROJECT["project"]["version"], server["version"], server["packages"][0]["version"]}
    assert len(versions) == 1
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_proves_the_server_s_name_to_the_registry() -> None:
    name = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))["name"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"mcp-name: {re.escape(name)}(?![\w./-])", readme)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of server.json is not at hand")
def test_server_json_is_valid() -> None:
    server = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
    jsonschema.validate(server, json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_pins_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9][\w.-]*==\S+.*\\$", text, re.MULTILINE)
    assert len(pins) > 50
    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))


def test_the_run_lock_is_part_of_the_development_lock() -> None:
    run, develop = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert run <= develop


def test_every_dependency_has_an_upper_bound() -> None:
    assert all("<" in wanted or "==" in wanted for wanted in PROJECT["project"]["dependencies"])


def test_verifiers_are_found_by_entry_point() -> None:
    found = {one.name for one in entry_points(group="acrouter_mcp.verifiers")}
    assert {"ast", "lint", "execution", "tests", "prompt_tests", "rules"} <= found
