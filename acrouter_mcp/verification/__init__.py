"""Is this solution right? Signals, executed in a sandbox where one works, and one verdict from them."""

from acrouter_mcp.verification.engine import MAX_TIMEOUT_S, Engine
from acrouter_mcp.verification.languages import toolchains
from acrouter_mcp.verification.opinion import Judge
from acrouter_mcp.verification.protocol import Context, Finding, Progress, Verifier
from acrouter_mcp.verification.sandbox import IsolationReport, MissingTier
from acrouter_mcp.verification.submission import ONE_FILE, Submission, solution_digest

__all__ = [
    "MAX_TIMEOUT_S",
    "ONE_FILE",
    "Context",
    "Engine",
    "Finding",
    "IsolationReport",
    "Judge",
    "MissingTier",
    "Progress",
    "Submission",
    "Verifier",
    "solution_digest",
    "toolchains",
]
