"""Start the server."""

from acrouter_mcp.start import main

main()
