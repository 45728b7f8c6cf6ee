"""`python -m acrouter_mcp`."""

from acrouter_mcp.cli import main

main()
