"""Running Python solutions with tests, in the one form there is so far: `InProcess`, both in one sandbox."""

from acrouter_mcp.verification.runner.base import Broken, PythonRun, Row, Runner, RunReport
from acrouter_mcp.verification.runner.inprocess import InProcess

__all__ = ["Broken", "InProcess", "PythonRun", "Row", "RunReport", "Runner"]
