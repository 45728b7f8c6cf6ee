"""JavaScript; see `script`."""

from __future__ import annotations

from acrouter_mcp.verification.languages.script import Script

LANGUAGE = Script("javascript")
