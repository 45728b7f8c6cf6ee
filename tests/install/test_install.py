"""Every host's files: put, put again, taken out; what was there before comes back byte for byte."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from acrouter_mcp.errors import UserError
from acrouter_mcp.install import jsonc
from acrouter_mcp.install.edits import MADE
from acrouter_mcp.install.plan import carry_out, plan_install, plan_uninstall
from acrouter_mcp.install.receipts import Receipts
from acrouter_mcp.install.recipes import RECIPES
from acrouter_mcp.install.wishes import Machine, Recipe, Scope, Wish

NAMES = {
    "claude-code",
    "claude-desktop",
    "cline",
    "codex",
    "continue",
    "copilot",
    "cursor",
    "gemini",
    "opencode",
    "qwen",
    "vscode",
    "windsurf",
    "zed",
}
COMMAND = ("/opt/with space/acrouter-mcp",)
SETTINGS = (
    '{\n  // mine\n  "mcpServers": {\n    "docs": { "command": "docs" }, // why\n  },\n  "permission": "ask",\n}\n'
)
CODEX = "# mine\nmodel = 'gpt-6-sol'\n\n[mcp_servers.docs]\ncommand = 'docs' # why\n"
CONTINUE = "name: mine # why\nmcpServers:\n  - name: docs\n    command: docs\n\n# models\nmodels: []\n"
MEMORY = "# My rules\n\nSpeak plainly.\n"
THEIRS = {".json": SETTINGS, ".jsonc": SETTINGS, ".toml": CODEX, ".yaml": CONTINUE, ".md": MEMORY}


def recipe(name: str) -> Recipe:
    return next(one for one in RECIPES if name == one.NAME)


class Place:
    """A home folder, a project, and what is installed there."""

    def __init__(self, root: Path) -> None:
        self.machine = Machine(home=root / "home", project=root / "project", env={}, platform="linux")
        self.receipts = Receipts(root / "data" / "installed")
        for folder in (self.machine.home, self.machine.project):
            folder.mkdir(parents=True)

    def install(self, name: str, scope: Scope = "user", **wish: object) -> int:
        """Install and return how many files changed."""
        wished = Wish(**{"command": COMMAND, "scope": scope, **wish})  # type: ignore[arg-type]
        plan = plan_install(recipe(name), self.machine, wished, self.receipts)
        carry_out(plan, self.receipts)
        return len(plan.changes)

    def uninstall(self, name: str, scope: Scope = "user") -> None:
        wished = Wish(command=COMMAND, scope=scope)
        carry_out(plan_uninstall(recipe(name), self.machine, wished, self.receipts), self.receipts)

    def files(self) -> dict[Path, bytes]:
        roots = (self.machine.home, self.machine.project)
        return {path: path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file()}

    def write(self, path: Path, content: str | bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def fill(self, name: str, scope: Scope, *, crlf: bool = False, bom: bool = False) -> None:
        """Put something of the user's into each file that the host has."""
        for entry in recipe(name).entries(self.machine, Wish(command=COMMAND, scope=scope)):
            text = THEIRS.get(entry.path.suffix)
            if text and "acrouter" not in entry.path.stem and not entry.path.exists():
                text = text.replace("\n", "\r\n") if crlf else text
                self.write(entry.path, (b"\xef\xbb\xbf" if bom else b"") + text.encode())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def scopes() -> Iterator[tuple[str, Scope]]:
    for one in RECIPES:
        yield one.NAME, "user"
        if one.NAME not in ("claude-desktop", "windsurf"):
            yield one.NAME, "project"


SCOPES = tuple(scopes())


def test_all_hosts_have_a_recipe() -> None:
    assert {one.NAME for one in RECIPES} == NAMES
    assert len(RECIPES) == len(NAMES)


@settings(max_examples=40)
@given(st.sampled_from(SCOPES), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_uninstalling_gives_back_what_was_there_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory,
    where: tuple[str, Scope],
    filled: bool,
    crlf: bool,
    bom: bool,
    hooks: bool,
) -> None:
    place = Place(tmp_path_factory.mktemp("place"))
    if filled:
        place.fill(*where, crlf=crlf, bom=bom)
    before = place.files()
    folders = {path for path in place.machine.home.rglob("*") if path.is_dir()}
    assert place.install(*where, hooks=hooks)
    assert place.install(*where, hooks=hooks) == 0
    place.install(*where, allow=False, instructions=False)
    assert all(content.startswith(b"\xef\xbb\xbf") for content in map(place.files().get, before) if bom and content)
    place.uninstall(*where)
    assert place.files() == before
    assert {path for path in place.machine.home.rglob("*") if path.is_dir()} == folders
    assert not place.receipts.all()


@pytest.mark.parametrize(("name", "scope"), SCOPES)
def test_where_a_file_has_changed_since_only_our_entries_go(place: Place, name: str, scope: Scope) -> None:
    place.fill(name, scope)
    before = place.files()
    place.install(name, scope)
    for path in before:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("docs", "papers").replace("plainly", "shortly"), encoding="utf-8")
    place.uninstall(name, scope)
    after = place.files()
    assert after.keys() == before.keys()
    for path, content in before.items():
        wanted = content.replace(b"docs", b"papers").replace(b"plainly", b"shortly")
        assert value(path, after[path]) == value(path, wanted)
        assert b"// mine" in after[path] or b"// mine" not in content


@pytest.mark.parametrize(("name", "scope"), SCOPES)
def test_without_a_receipt_our_entries_are_found_all_the_same(place: Place, name: str, scope: Scope) -> None:
    place.fill(name, scope)
    before = place.files()
    place.install(name, scope)
    for receipt in place.receipts.all():
        place.receipts.drop(receipt)
    place.uninstall(name, scope)
    assert {path: value(path, content) for path, content in place.files().items()} == {
        path: value(path, content) for path, content in before.items()
    }


def value(path: Path, content: bytes) -> object:
    """Return what a file says, as its host reads it."""
    text = content.decode("utf-8-sig")
    if path.suffix in (".json", ".jsonc"):
        return jsonc.parse(text).value
    if path.suffix == ".toml":
        return tomllib.loads(text)
    return YAML(typ="safe", pure=True).load(text) if path.suffix == ".yaml" else text


@pytest.mark.parametrize("name", ["claude-code", "codex", "opencode", "copilot", "gemini", "qwen", "cursor"])
def test_hooks_run_by_an_absolute_path_that_is_quoted(place: Place, name: str) -> None:
    place.install(name)
    said = b"".join(place.files().values()).decode()
    assert "'/opt/with space/acrouter-mcp' hook" in said or '["/opt/with space/acrouter-mcp"]' in said
    assert f"--host {name}" in said or '"opencode"' in said


def test_two_hosts_share_one_file_of_instructions(place: Place) -> None:
    place.write(place.machine.project / "AGENTS.md", MEMORY)
    before = place.files()
    place.install("codex", "project")
    place.install("opencode", "project")
    agents = place.machine.project / "AGENTS.md"
    assert agents.read_text(encoding="utf-8").count("acrouter:begin") == 1
    place.uninstall("codex", "project")
    assert "acrouter:begin" in agents.read_text(encoding="utf-8")
    place.uninstall("opencode", "project")
    assert place.files() == before


def test_what_the_user_added_to_our_entry_stays(place: Place) -> None:
    place.install("claude-code")
    path = place.machine.home / ".claude.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["mcpServers"]["acrouter"]["env"] = {"ACROUTER_POLICY": "best"}
    path.write_text(json.dumps(said), encoding="utf-8")
    assert place.install("claude-code") == 0
    place.install("claude-code", transport="http", url="http://127.0.0.1:8765/mcp")
    server = json.loads(path.read_text(encoding="utf-8"))["mcpServers"]["acrouter"]
    assert (server["type"], "command" in server) == ("http", False)


def test_a_link_stays_a_link_and_permissions_stay(place: Place, tmp_path: Path) -> None:
    target = place.write(tmp_path / "dotfiles" / "claude.json", SETTINGS)
    target.chmod(0o600)
    link = place.machine.home / ".claude.json"
    link.symlink_to(target)
    place.install("claude-code")
    assert link.is_symlink()
    assert "acrouter" in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o600
    place.uninstall("claude-code")
    assert target.read_text(encoding="utf-8") == SETTINGS


@pytest.mark.parametrize(
    ("name", "file", "broken", "said"),
    [
        ("claude-code", ".claude/settings.json", '{\n  "a": 1\n  "b": 2\n}', "line 3"),
        ("codex", ".codex/config.toml", "a = 1\nb =\n", "line 2"),
        ("codex", ".codex/hooks.json", "[]", "no object"),
        ("continue", ".continue/config.yaml", "a: 1\nb: [\n", "line"),
        ("gemini", ".gemini/settings.json", '{"mcpServers": []}', "mcpServers is no object"),
        ("claude-code", ".claude/CLAUDE.md", b"ok\n\xff\xfe", "line 2"),
        ("opencode", ".config/opencode/plugins/acrouter.js", "// my own\n", "file of yours"),
    ],
)
def test_a_broken_file_is_named_and_nothing_is_changed(
    place: Place, name: str, file: str, broken: str | bytes, said: str
) -> None:
    path = place.write(place.machine.home / file, broken)
    before = place.files()
    with pytest.raises(UserError, match=said) as caught:
        place.install(name)
    assert str(path) in str(caught.value)
    assert place.files() == before
    assert not place.receipts.all()


def test_a_file_that_cannot_be_written_stops_the_whole_host(place: Place) -> None:
    place.fill("claude-code", "user")
    before = place.files()
    (place.machine.home / ".claude" / "CLAUDE.md").chmod(0o444)
    with pytest.raises(UserError, match=r"CLAUDE\.md: is read-only"):
        place.install("claude-code")
    assert place.files() == before


def test_what_fails_half_way_is_undone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.fill("claude-code", "user")
    before = place.files()
    replace = os.replace
    moved: list[str] = []

    def full_disk(source: str, target: str, **options: object) -> None:
        moved.append(str(target))
        if len(moved) == 3:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(UserError, match="No space left"):
        place.install("claude-code")
    assert len(moved) > 3
    assert place.files() == before


def test_a_transport_that_a_host_lacks_is_refused(place: Place) -> None:
    with pytest.raises(UserError, match="sse"):
        place.install("codex", transport="sse", url="http://127.0.0.1:8765/sse")


@pytest.mark.parametrize("name", ["gemini", "qwen"])
def test_where_only_agents_choose_there_is_a_worker_for_each_model(place: Place, name: str) -> None:
    place.install(name)
    workers = [path for path in place.files() if path.parent.name == "agents"]
    assert len(workers) >= 3
    for path in workers:
        front = path.read_text(encoding="utf-8").split("---")[1]
        said = YAML(typ="safe", pure=True).load(front)
        assert said["name"] == path.stem
        assert said["model"]
        assert MADE in path.read_text(encoding="utf-8")


def test_an_opencode_worker_is_made_for_each_model_of_the_users_own_settings(place: Place) -> None:
    said = '{"model": "acme/big", "provider": {"acme": {"models": {"big": {}, "small-1.5": {}}}, "odd": null}} // mine'
    place.write(place.machine.home / ".config" / "opencode" / "opencode.jsonc", said)
    place.install("opencode")
    folder = place.machine.home / ".config" / "opencode" / "agents"
    assert {path.stem for path in folder.iterdir()} == {"acrouter-big", "acrouter-small-1-5"}
    front = YAML(typ="safe", pure=True).load((folder / "acrouter-big.md").read_text(encoding="utf-8").split("---")[1])
    assert (front["model"], front["mode"]) == ("acme/big", "subagent")


@pytest.mark.parametrize("undo", [True, False])
def test_a_worker_whose_model_is_on_no_menu_any_more_goes(place: Place, undo: bool) -> None:
    before = place.files()
    place.install("qwen", models=("old-model", "new-model"))
    old = place.machine.home / ".qwen" / "agents" / "acrouter-old-model.md"
    assert old.exists()
    if undo:
        place.uninstall("qwen")  # by a version that knows neither
        assert place.files() == before
    else:
        place.install("qwen", models=("new-model",))
        assert not old.exists()
        assert old.with_name("acrouter-new-model.md").exists()


def test_a_model_that_claude_codes_tool_does_not_take_gets_a_worker(place: Place) -> None:
    place.install("claude-code", models=("kimi-k2.5",))
    worker = place.machine.home / ".claude" / "agents" / "acrouter-kimi-k2-5.md"
    assert "model: kimi-k2.5\n" in worker.read_text(encoding="utf-8")
