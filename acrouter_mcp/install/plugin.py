"""OpenCode's plugin: the one host whose hooks are a program."""

from __future__ import annotations

import json
from importlib import resources

from acrouter_mcp.install.edits import MADE
from acrouter_mcp.install.wishes import Wish


def opencode_plugin(wish: Wish) -> str:
    """Return the plugin's JavaScript, which starts hooks by the wished command."""
    text = resources.files("acrouter_mcp.install").joinpath("opencode.js").read_text(encoding="utf-8")
    return text.replace("__MADE__", MADE).replace("__COMMAND__", json.dumps(list(wish.command)))
