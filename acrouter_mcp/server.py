"""The MCP server: four tools, four resources and a prompt over process-wide services, on any transport."""

from __future__ import annotations

import logging
from typing import Any

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from acrouter_mcp import __version__, guide
from acrouter_mcp.app import App
from acrouter_mcp.errors import UserError
from acrouter_mcp.loop.caller import Caller
from acrouter_mcp.tools import TOOLS

logger = logging.getLogger(__name__)

DEFINITIONS_TTL_MS = 3_600_000
Context = ServerRequestContext[Any, Any]


def create_server(app: App, transport: str = "stdio", *, loopback: bool = True) -> Server[Any]:
    """Return the server over `app`, which outlives every connection.

    `transport` and `loopback` say how far a caller can be trusted to be the user of this machine.
    """
    tools = {tool.name: tool for tool in TOOLS}

    async def list_tools(_context: Context, _params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.definition() for tool in TOOLS])

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"unknown tool {params.name[:80]!r}; known are {', '.join(tools)}")
        caller = Caller(
            client=_client_name(context),
            transport=transport,
            loopback=loopback,
            progress=lambda share, words: context.session.report_progress(share, 1.0, words),
        )
        try:
            return await tool.call(await app.services(), params.arguments, caller)
        except UserError as error:
            return _refusal(f"{tool.name}: {error}")
        except Exception:
            logger.exception("%s failed", tool.name)
            return _refusal(f"{tool.name}: failed inside; the server's log (stderr) says why")

    async def list_resources(
        _context: Context, _params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=list(guide.RESOURCES))

    async def list_templates(
        _context: Context, _params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=list(guide.TEMPLATES))

    async def read_resource(_context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        from acrouter_mcp.loop.resources import read  # late, like the tools: it needs the memory

        try:
            body = await read(await app.services(), str(params.uri))
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from None
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=params.uri, mime_type="application/json", text=body)]
        )

    async def list_prompts(_context: Context, _params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[guide.PROMPT])

    async def get_prompt(_context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        try:
            return guide.prompt(params.name, params.arguments or {})
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from None

    server: Server[Any] = Server(
        "acrouter-mcp",
        version=__version__,
        title="acrouter",
        description="Advises which model should take a coding task, verifies solutions, and learns from every outcome.",
        instructions=guide.INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(ttl_ms=DEFINITIONS_TTL_MS, scope="public")},
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
    )
    server.middleware.append(_warm_after(app))
    return server


def _warm_after(app: App) -> Any:
    async def warm(context: Context, call_next: CallNext) -> HandlerResult:
        result = await call_next(context)
        if context.method == "tools/list":
            app.warm()
        return result

    return warm


def _client_name(context: Context) -> str | None:
    params = context.session.client_params
    return params.client_info.name if params else None


def _refusal(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)
