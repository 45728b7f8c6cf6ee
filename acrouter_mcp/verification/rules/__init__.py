"""Rules on the text of a solution: what no finished one has in it, whatever its language."""

from acrouter_mcp.verification.rules.hardcoded import hard_coded
from acrouter_mcp.verification.rules.model import Remark
from acrouter_mcp.verification.rules.patterns import REFUSAL, remarks_on
from acrouter_mcp.verification.rules.skipping import skipped_tests

__all__ = ["REFUSAL", "Remark", "hard_coded", "remarks_on", "skipped_tests"]
