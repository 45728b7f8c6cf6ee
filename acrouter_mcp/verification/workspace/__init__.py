"""A user's directory, judged by its own test command in a throw-away view of it."""

from acrouter_mcp.verification.workspace.command import run_command

__all__ = ["run_command"]
