"""`python -m acrouter_mcp`."""

from acrouter_mcp.start import main

main()
