"""What a tool module provides: a definition for `tools/list`, and a call that answers in both halves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import mcp_types
from pydantic import BaseModel

from acrouter_mcp import schema

if TYPE_CHECKING:
    from acrouter_mcp.loop.caller import Caller
    from acrouter_mcp.loop.services import Services

Arguments = TypeVar("Arguments", bound=BaseModel)
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[Arguments, Answer]):
    """One tool: its words for the agent, the function of the loop behind it, and its answer as text."""

    name: str
    title: str
    description: str
    """When to call it and what comes back; stands alone, under 300 characters (contract, section 1)."""
    arguments: type[Arguments]
    answer: type[Answer]
    run: Callable[[Services, Arguments, Caller], Awaitable[Answer]]
    render: Callable[[Answer], str]
    read_only: bool
    idempotent: bool
    meta: Mapping[str, Any] = field(default_factory=dict)

    def definition(self) -> mcp_types.Tool:
        """Return the tool as `tools/list` shows it."""
        return mcp_types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=schema.input_schema(self.arguments),
            output_schema=schema.output_schema(self.answer),
            annotations=mcp_types.ToolAnnotations(
                read_only_hint=self.read_only,
                destructive_hint=False,
                idempotent_hint=self.idempotent,
                open_world_hint=False,
            ),
            _meta=dict(self.meta) or None,
        )

    async def call(
        self, services: Services, arguments: Mapping[str, Any] | None, caller: Caller
    ) -> mcp_types.CallToolResult:
        """Run the tool on what a client sent.

        Raises:
            UserError: a refusal, in words for the caller.
        """
        answer = await self.run(services, schema.parse(self.arguments, arguments), caller)
        return mcp_types.CallToolResult(
            content=[mcp_types.TextContent(type="text", text=self.render(answer))],
            structured_content=answer.model_dump(mode="json"),
        )
