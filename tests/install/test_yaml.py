"""An item of ours in somebody's YAML."""

import pytest

from acrouter_mcp.hosts import JSON
from acrouter_mcp.install import yaml

VALUE: dict[str, JSON] = {"name": "acrouter", "type": "stdio", "command": "C:\\x y\\acrouter-mcp.exe", "args": []}
FILES = [
    "",
    "name: a # why\nversion: 1\n",
    "mcpServers:\n  - name: b\n    command: c # why\n    env:\n      A: b\n\n# about rules\nrules:\n  - x\n",
    "mcpServers:\n- name: b\n  command: |\n    x\n    y\nz: [1, 2]\n",
    "mcpServers: [{name: b}]\nx: 1\n",
]


@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_item_comes_and_goes_without_a_trace(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    changed = yaml.put_item(text, "mcpServers", VALUE)
    assert yaml.put_item(changed, "mcpServers", VALUE) == changed
    assert yaml.take_item(changed, "mcpServers", "acrouter") == text


@pytest.mark.parametrize("text", ["mcpServers: []\nname: a\n", "mcpServers:\nname: a\n", "name: a"])
def test_an_empty_list_takes_an_item(text: str) -> None:
    changed = yaml.put_item(text, "mcpServers", VALUE)
    assert '- name: "acrouter"' in changed
    assert yaml.take_item(changed, "mcpServers", "acrouter").startswith("name: a")


@pytest.mark.parametrize("text", ["a: [1\nb: 2", "- a\n- b\n", "mcpServers: {a: 1}\n", "a: *nobody\n"])
def test_what_cannot_be_changed_is_refused(text: str) -> None:
    with pytest.raises(yaml.NotYAML):
        yaml.put_item(text, "mcpServers", VALUE)
