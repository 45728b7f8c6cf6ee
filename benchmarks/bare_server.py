"""The least that the SDK can be: one trivial tool, on stdio. What the latency benchmark compares with."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("bare")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


if __name__ == "__main__":
    server.run()
