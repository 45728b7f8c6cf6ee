"""Running Python solutions with tests: in a sandbox of their own (`Split`) or beside them (`InProcess`)."""

from acrouter_mcp.verification.runner.base import Broken, Row, Run, Runner, RunReport
from acrouter_mcp.verification.runner.inprocess import InProcess
from acrouter_mcp.verification.runner.pairs import Pairs
from acrouter_mcp.verification.runner.split import Split

__all__ = ["Broken", "InProcess", "Pairs", "Row", "Run", "RunReport", "Runner", "Split"]
