"""`make plugins`: everything that a host's own installer takes, made from the recipes, the tools and pyproject.toml.

`--check` only says whether what is committed is current.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from acrouter_mcp.tools import TOOLS

from acrouter_mcp.guide import INSTRUCTIONS
from acrouter_mcp.hosts import hosts
from acrouter_mcp.install.plugin import opencode_plugin
from acrouter_mcp.install.recipes import claude_code, cursor, gemini
from acrouter_mcp.install.recipes.shared import grouped_hooks, worker, worker_name
from acrouter_mcp.install.wishes import SERVER, Wish
from acrouter_mcp.install.words import PERMISSION

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).with_name("plugins")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME, PACKAGE, VERSION = "acrouter", PROJECT["name"], PROJECT["version"]
SUMMARY = "Advises which model should take a coding task, verifies solutions, learns from outcomes."
SERVERS = {"mcpServers": {SERVER: {"command": "uvx", "args": [PACKAGE]}}}
COMMON = {
    "name": NAME,
    "version": VERSION,
    "description": SUMMARY,
    "author": {"name": NAME},
    "license": PROJECT["license"],
    "keywords": PROJECT["keywords"],
}


class Installed(Wish):
    """Hooks where nobody knows yet how the program will be installed: on PATH if it is there, else by uvx."""

    def hook(self, event: str, host: str) -> str:
        """Return a line that never fails: some hosts take a failed hook for a refusal."""
        what = f"hook {event} --host {host}"
        found = f"command -v {PACKAGE} >/dev/null 2>&1"
        return f"if {found}; then {PACKAGE} {what}; else uvx {PACKAGE} {what}; fi || echo '{{}}'"


WISH = Installed(command=("uvx", PACKAGE))


def listed(hooks: Mapping[str, Any]) -> dict[str, Any]:
    """Return hooks as a file of their own has them: one entry a list."""
    return {event: [entry] for event, entry in hooks.items()}


def claude() -> Iterator[tuple[str, str]]:
    """Yield the plugin in Claude Code's form, which Codex, Copilot, Qwen and VS Code read too."""
    at = f"plugins/{NAME}"
    hooks = listed(grouped_hooks(WISH, claude_code.NAME, claude_code.EVENTS))
    yield f"{at}/.claude-plugin/plugin.json", _json({**COMMON, "displayName": NAME})
    yield f"{at}/.mcp.json", _json(SERVERS)
    yield f"{at}/hooks/hooks.json", _json({"description": "Binds sub-agents to decisions.", "hooks": hooks})
    yield f"{at}/skills/route-task/SKILL.md", _template("SKILL.md")
    for model in ("haiku", "sonnet", "opus"):
        yield f"{at}/agents/{worker_name(model)}.md", worker(model)
    marketplace = {
        "name": NAME,
        "owner": {"name": NAME},
        "metadata": {"description": SUMMARY},
        "plugins": [{"name": NAME, "source": f"./{at}", "description": SUMMARY}],
    }
    yield ".claude-plugin/marketplace.json", _json(marketplace)


def agent_plugin() -> Iterator[tuple[str, str]]:
    """Yield the vendor-neutral manifest (agent-plugins.org): server and skill only."""
    at = "plugins/agent-plugin"
    yield f"{at}/plugin.json", _json({**COMMON, "license": PROJECT["license"]})
    yield f"{at}/mcp.json", _json(SERVERS)
    yield f"{at}/skills/route-task/SKILL.md", _template("SKILL.md")


def opencode() -> Iterator[tuple[str, str]]:
    """Yield the npm package for OpenCode."""
    at = "plugins/opencode"
    package = {
        "name": f"{NAME}-opencode",
        "version": VERSION,
        "description": f"{SUMMARY} Plugin for OpenCode.",
        "type": "module",
        "main": "index.js",
        "exports": "./index.js",
        "files": ["index.js"],
        "license": PROJECT["license"],
        "keywords": ["opencode", *PROJECT["keywords"]],
    }
    yield f"{at}/package.json", _json(package)
    yield f"{at}/index.js", opencode_plugin(Wish(command=(PACKAGE,)))
    yield f"{at}/README.md", _template("opencode.md")


def gemini_extension() -> Iterator[tuple[str, str]]:
    """Yield the extension for Gemini CLI."""
    at = "plugins/gemini"
    manifest = {"name": NAME, "version": VERSION, "description": SUMMARY, **SERVERS, "contextFileName": "GEMINI.md"}
    yield f"{at}/gemini-extension.json", _json(manifest)
    yield f"{at}/hooks/hooks.json", _json({"hooks": listed(grouped_hooks(WISH, gemini.NAME, gemini.EVENTS, unit=1000))})
    yield f"{at}/GEMINI.md", PERMISSION + "\n"
    menu = next(host.menu for host in hosts() if host.name == gemini.NAME)
    for model in menu:
        yield f"{at}/agents/{worker_name(model)}.md", worker(model)


def cursor_plugin() -> Iterator[tuple[str, str]]:
    """Yield the plugin for Cursor."""
    at = "plugins/cursor"
    yield f"{at}/.cursor-plugin/plugin.json", _json({**COMMON, "displayName": NAME})
    yield f"{at}/mcp.json", _json(SERVERS)
    hooks = {event: [{"command": WISH.hook(event, cursor.NAME)}] for event in cursor.EVENTS}
    yield f"{at}/hooks/hooks.json", _json({"version": 1, "hooks": hooks})
    front = "---\ndescription: Choosing a sub-agent's model\nalwaysApply: true\n---\n\n"
    yield f"{at}/rules/{NAME}.mdc", front + PERMISSION + "\n"
    yield f"{at}/skills/route-task/SKILL.md", _template("SKILL.md")


def bundle() -> Iterator[tuple[str, str]]:
    """Yield the folder that `mcpb pack` makes a bundle for Claude Desktop of."""
    at = "plugins/mcpb"
    manifest = {
        "manifest_version": "0.4",
        "name": PACKAGE,
        "display_name": NAME,
        "version": VERSION,
        "description": SUMMARY,
        "long_description": INSTRUCTIONS,
        "author": {"name": NAME},
        "license": PROJECT["license"],
        "keywords": PROJECT["keywords"],
        "server": {
            "type": "uv",
            "entry_point": "server.py",
            "mcp_config": {"command": "uv", "args": ["run", "--directory", "${__dirname}", "server.py"]},
        },
        "tools": [{"name": tool.name, "description": tool.description} for tool in TOOLS],
        "compatibility": {
            "platforms": ["darwin", "win32", "linux"],
            "runtimes": {"python": PROJECT["requires-python"]},
        },
    }
    yield f"{at}/manifest.json", _json(manifest)
    yield f"{at}/pyproject.toml", _template("mcpb.toml")
    yield f"{at}/server.py", _template("mcpb.py")


def registry() -> Iterator[tuple[str, str]]:
    """Yield the entry for the MCP registry."""
    yield "server.json", _json(json.loads(_template("server.json")))


def made() -> Mapping[Path, str]:
    """Return every generated file with its text."""
    parts = (claude, agent_plugin, opencode, gemini_extension, cursor_plugin, bundle, registry)
    return {ROOT / path: text for part in parts for path, text in part()}


def stray() -> list[Path]:
    """Return files under plugins/ that nothing makes any more."""
    return sorted(path for path in (ROOT / "plugins").rglob("*") if path.is_file() and path not in made())


def main() -> None:
    """Write, or with `--check` compare."""
    old = {path: path.read_text(encoding="utf-8") if path.exists() else None for path in made()}
    wrong = [path for path, text in made().items() if old[path] != text] + stray()
    if "--check" in sys.argv[1:]:
        for path in wrong:
            print(f"{path.relative_to(ROOT)}: out of date; run `make plugins`", file=sys.stderr)
        sys.exit(bool(wrong))
    for path in stray():
        path.unlink()
    for path, text in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _template(name: str) -> str:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    values = {"name": NAME, "package": PACKAGE, "project": PROJECT, "summary": SUMMARY, "version": VERSION}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    return environment.from_string(text).render(values)


if __name__ == "__main__":
    main()
