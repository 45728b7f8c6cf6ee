"""The four MCP tools, one module each; every one is a thin layer over `acrouter_mcp.loop`."""

from typing import Any

from acrouter_mcp.tools import choose_model, recall_similar, record_outcome, verify_solution

from acrouter_mcp.toolkit import Tool

TOOLS: tuple[Tool[Any, Any], ...] = (
    choose_model.TOOL,
    verify_solution.TOOL,
    record_outcome.TOOL,
    recall_similar.TOOL,
)
"""In the order of the loop, which is also that of `tools/list`."""
