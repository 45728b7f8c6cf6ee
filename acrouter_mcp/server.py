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
COMPLETIONS = 100
"""The most that the protocol allows."""
BY_NAME = {tool.name: tool for tool in TOOLS}
Context = ServerRequestContext[Any, Any]
Page = types.PaginatedRequestParams | None


def create_server(app: App, transport: str = "stdio", *, loopback: bool = True) -> Server[Any]:
    """Return the server over `app`, which outlives every connection.

    `transport` and `loopback` say how far a caller can be taken for the user of this machine.
    """
    handlers = _Handlers(app, transport, loopback)
    server: Server[Any] = Server(
        "acrouter-mcp",
        version=__version__,
        title="acrouter",
        description="Advises which model should take a coding task, verifies solutions, and learns from every outcome.",
        instructions=guide.INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(ttl_ms=DEFINITIONS_TTL_MS, scope="public")},
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
        on_completion=handlers.complete,
    )
    server.middleware.append(handlers.warm_after_listing)
    return server


class _Handlers:
    """One method per request of the protocol."""

    def __init__(self, app: App, transport: str, loopback: bool) -> None:
        self._app = app
        self._transport = transport
        self._loopback = loopback

    async def list_tools(self, _context: Context, _page: Page) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.definition() for tool in TOOLS])

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            return _refusal(f"unknown tool {params.name[:80]!r}; known are {', '.join(BY_NAME)}")
        try:
            return await tool.call(await self._app.services(), params.arguments, self._caller(context))
        except UserError as error:
            return _refusal(f"{tool.name}: {error}")
        except Exception:
            logger.exception("%s failed", tool.name)
            return _refusal(f"{tool.name}: failed inside; the server's log (stderr) says why")

    async def list_resources(self, _context: Context, _page: Page) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=list(guide.RESOURCES))

    async def list_templates(self, _context: Context, _page: Page) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=list(guide.TEMPLATES))

    async def read_resource(
        self, _context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        from acrouter_mcp.loop.resources import read  # late, like what is behind the tools: it needs the memory

        try:
            body = await read(await self._app.services(), str(params.uri))
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error), {"uri": str(params.uri)}) from None
        contents = types.TextResourceContents(uri=params.uri, mime_type="application/json", text=body)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, _context: Context, _page: Page) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[guide.PROMPT])

    async def get_prompt(self, _context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        try:
            return guide.prompt(params.name, params.arguments or {})
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from None

    async def complete(self, _context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        """Complete a decision's id; nothing else that is asked for comes from a known set."""
        from acrouter_mcp.loop.resources import decision_ids

        ids: list[str] = []
        if isinstance(params.ref, types.ResourceTemplateReference) and params.argument.name == "id":
            try:
                ids = await decision_ids(await self._app.services(), params.argument.value, COMPLETIONS)
            except UserError as error:
                logger.warning("no completion: %s", error)
        return types.CompleteResult(completion=types.Completion(values=ids))

    async def warm_after_listing(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        """Middleware: begin to load the rest when the tools have been listed."""
        result = await call_next(ctx)
        if ctx.method == "tools/list":
            self._app.warm()
        return result

    def _caller(self, context: Context) -> Caller:
        params = context.session.client_params

        async def progress(share: float, words: str) -> None:
            await context.session.report_progress(share, 1.0, words)

        return Caller(
            client=params.client_info.name if params else None,
            transport=self._transport,
            loopback=self._loopback,
            progress=progress,
        )


def _refusal(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)
