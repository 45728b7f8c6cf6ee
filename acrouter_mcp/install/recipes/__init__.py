"""One module a host: where its files are, and what belongs into them."""

from __future__ import annotations

from typing import cast

from acrouter_mcp.install.recipes import (
    claude_code,
    claude_desktop,
    codex,
    copilot,
    gemini,
    opencode,
    qwen,
)
from acrouter_mcp.install.wishes import Recipe

RECIPES: tuple[Recipe, ...] = tuple(
    cast("Recipe", module) for module in (claude_code, claude_desktop, codex, opencode, copilot, gemini, qwen)
)

__all__ = ["RECIPES"]
