"""The rows of the table, one router a module, found by entry point (group `acrouter_mcp.routers`)."""
