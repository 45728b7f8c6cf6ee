"""What hosts' own installers take is made from one source, and is current."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from acrouter_mcp.tools import TOOLS

from acrouter_mcp import __version__

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ROOT / "plugins"


def read(path: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return said


def test_what_is_committed_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "-P", str(ROOT / "scripts" / "plugins.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_manifest_has_the_version() -> None:
    manifests = [*PLUGINS.rglob("plugin.json"), *PLUGINS.rglob("package.json"), *PLUGINS.rglob("manifest.json")]
    manifests.append(PLUGINS / "gemini" / "gemini-extension.json")
    assert len(manifests) == 6
    for path in manifests:
        assert json.loads(path.read_text(encoding="utf-8"))["version"] == __version__, path


def test_the_marketplace_leads_to_the_plugin() -> None:
    (entry,) = read(".claude-plugin/marketplace.json")["plugins"]
    manifest = read(f"{entry['source']}/.claude-plugin/plugin.json")
    assert manifest["name"] == entry["name"]


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("hooks.json")), ids=lambda path: path.parts[-3])
def test_a_hook_of_a_plugin_never_fails(path: Path) -> None:
    for event, entries in json.loads(path.read_text(encoding="utf-8"))["hooks"].items():
        assert isinstance(entries, list)
        for command in re.findall(r'"command": "(if .*?)"[,}]', json.dumps(entries)):
            assert command.endswith("|| echo '{}'")
            assert f" hook {event} --host " in command
            done = subprocess.run(
                ["/bin/sh", "-c", command], capture_output=True, text=True, env={"PATH": "/nowhere"}, check=False
            )
            assert (done.returncode, done.stdout) == (0, "{}\n")


def test_the_bundle_names_the_four_tools() -> None:
    bundle = read("plugins/mcpb/manifest.json")
    assert [tool["name"] for tool in bundle["tools"]] == [tool.name for tool in TOOLS]
    assert (PLUGINS / "mcpb" / bundle["server"]["entry_point"]).exists()


def test_a_skill_says_when_to_use_it() -> None:
    skills = list(PLUGINS.rglob("SKILL.md"))
    assert len(skills) == 3
    assert len({path.read_text(encoding="utf-8") for path in skills}) == 1
    assert all(tool.name in skills[0].read_text(encoding="utf-8") for tool in TOOLS)
