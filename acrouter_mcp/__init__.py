"""acrouter-mcp: which model should take this task, is its solution right, and what happened last time."""

__version__ = "0.1.0"
