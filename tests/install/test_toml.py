"""A table of ours in somebody's TOML."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.install import toml

PATH = ("mcp_servers", "acrouter")
TABLE: dict[str, Any] = {"command": "C:\\Program Files\\acrouter-mcp.exe", "args": [], "env": {"A": 'b "c"'}}
FILES = [
    "",
    "model = 'gpt-6-sol'\n",
    '# mine\n[mcp_servers.docs]\ncommand = "docs" # why\n\n# about z\n[z]\nlist = [\n  [1],\n]\n',
    "[mcp_servers]\ndocs = {command = 'docs'}\n\n[[hooks.PreToolUse]]\nmatcher = '[mcp_servers.acrouter]'\n",
    'text = """\n[mcp_servers.acrouter]\ncommand = "not ours"\n"""\n',
    "[mcp_servers.a]\nx = 1\n\n[other]\n\n[mcp_servers.b]\nx = 2\n",
    "mcp_servers.docs.command = 'docs'\n[b]\nc = 1\n",
]
INLINE = "mcp_servers = {docs = {command = 'docs'}}\n"


@pytest.mark.parametrize("text", [*FILES, INLINE])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_comes_and_goes_without_a_trace(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    changed = toml.put(text, PATH, TABLE)
    assert toml.get(changed, PATH) == TABLE
    assert toml.put(changed, PATH, TABLE) == changed
    assert newline == "\n" or not text or changed.count("\n") == changed.count("\r\n")
    assert toml.take(changed, PATH) == text


@given(st.lists(st.sampled_from(FILES[1:3] + FILES[5:6]), unique=True).map("\n".join))
def test_nothing_else_changes(text: str) -> None:
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    changed = tomllib.loads(toml.put(text, PATH, TABLE))
    assert changed.pop("mcp_servers")["acrouter"] == TABLE
    before.pop("mcp_servers", None)
    assert changed == before


def test_a_new_value_takes_the_old_one_s_place_with_its_sub_tables() -> None:
    text = "[mcp_servers.acrouter]\ncommand = 'old'\n[mcp_servers.acrouter.env]\nA = 'a'\n\n# about z\n[z]\nk = 1\n"
    changed = toml.put(text, PATH, TABLE)
    assert tomllib.loads(changed) == {"mcp_servers": {"acrouter": TABLE}, "z": {"k": 1}}
    assert "# about z\n[z]\nk = 1\n" in changed


def test_a_broken_file_is_said_by_line() -> None:
    with pytest.raises(toml.NotTOML, match="line 2"):
        toml.put("a = 1\nb = \n", PATH, TABLE)
