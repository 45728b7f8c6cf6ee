"""C++; see `cfamily`."""

from __future__ import annotations

from acrouter_mcp.verification.languages.cfamily import CFamily

LANGUAGE = CFamily(
    "cpp",
    ("g++", "clang++", "c++"),
    "gnu++20",
    "install a C++ compiler (Debian and Ubuntu: g++; macOS: xcode-select --install)",
)
