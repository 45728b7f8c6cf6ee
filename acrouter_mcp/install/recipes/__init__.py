"""One module a host: where its files are, and what belongs into them."""

from __future__ import annotations

from typing import cast

from acrouter_mcp.install.recipes import (
    claude_code,
    claude_desktop,
    cline,
    codex,
    continue_,
    copilot,
    cursor,
    gemini,
    opencode,
    qwen,
    vscode,
    windsurf,
    zed,
)
from acrouter_mcp.install.wishes import Recipe

_MODULES = (
    claude_code,
    claude_desktop,
    codex,
    opencode,
    copilot,
    vscode,
    cursor,
    gemini,
    qwen,
    windsurf,
    zed,
    cline,
    continue_,
)
RECIPES: tuple[Recipe, ...] = tuple(cast("Recipe", module) for module in _MODULES)

__all__ = ["RECIPES"]
