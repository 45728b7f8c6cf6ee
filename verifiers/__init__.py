"""One verification signal a module, found by the entry point group `acrouter_mcp.verifiers`."""
