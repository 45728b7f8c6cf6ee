"""Finding the verifiers that are installed."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points

from acrouter_mcp.verification.protocol import Verifier

GROUP = "acrouter_mcp.verifiers"
_BUILT_IN = ("ast", "lint", "rules", "execution", "tests", "prompt_tests", "suite", "prose", "judge")
_log = logging.getLogger(__name__)


def installed() -> tuple[dict[str, Verifier], dict[str, str]]:
    """Return the verifiers by name, built-in ones first, and what is wrong with those that can't be loaded."""
    verifiers: dict[str, Verifier] = {}
    broken: dict[str, str] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda e: (_rank(e.name), e.name)):
        if entry.name in verifiers:
            broken[f"{entry.name} ({entry.value})"] = "left out: another verifier has this name"
            continue
        try:
            verifiers[entry.name] = entry.load()()
        except Exception:  # a third party's defect must not cost the verdict
            _log.exception("verifier %s (%s) can't be loaded", entry.name, entry.value)
            broken[entry.name] = f"could not be loaded from {entry.value}; see the server's log"
    return verifiers, broken


def _rank(name: str) -> int:
    return _BUILT_IN.index(name) if name in _BUILT_IN else len(_BUILT_IN)
