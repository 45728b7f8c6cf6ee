"""The loop as a client sees it: both halves of every answer, in memory, on the real rooms."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from conftest import Connect

from acrouter_mcp.tools import TOOLS

pytestmark = pytest.mark.anyio
SCHEMAS = {tool.name: tool.definition().output_schema for tool in TOOLS}
ADD = "def add(a, b):\n    return a + b\n"
ADD_WRONG = "def add(a, b):\n    return a - b\n"
ADD_TESTS = "from solution import add\n\ndef test_small():\n    assert add(1, 2) == 3\n\ndef test_zero():\n    assert add(0, 0) == 0\n"
TASK = "Write a Python function add(a, b) that returns the sum of two numbers."


async def call(client: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call, check the answer against its schema, and return its structured half; its id must be in the text too."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    jsonschema.validate(result.structured_content, SCHEMAS[tool])
    text = result.content[0].text
    for key in ("decision_id", "verification_id", "model", "verdict", "status"):
        if key in result.structured_content:
            assert str(result.structured_content[key]) in text
    return dict(result.structured_content)


async def refusal(client: Any, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)
