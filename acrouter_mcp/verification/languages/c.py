"""C; see `cfamily`."""

from __future__ import annotations

from acrouter_mcp.verification.languages.cfamily import CFamily

LANGUAGE = CFamily(
    "c", ("gcc", "clang", "cc"), "gnu17", "install a C compiler (Debian and Ubuntu: gcc; macOS: xcode-select --install)"
)
