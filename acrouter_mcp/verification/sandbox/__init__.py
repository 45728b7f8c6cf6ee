"""Containment: what runs a foreign program and what keeps it in. One tier a module, the first that works is used."""

from acrouter_mcp.verification.sandbox.base import Exit, Job, Killed, Limits, Sandbox, Start
from acrouter_mcp.verification.sandbox.probes import MissingTier
from acrouter_mcp.verification.sandbox.tiers import IsolationReport, Tiers

__all__ = ["Exit", "IsolationReport", "Job", "Killed", "Limits", "MissingTier", "Sandbox", "Start", "Tiers"]
