"""Which containment works here: each tier is tried by running it with the flags it will be used with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from acrouter_mcp.verification.sandbox import probes
from acrouter_mcp.verification.sandbox.base import Sandbox
from acrouter_mcp.verification.sandbox.probes import Found, MissingTier
from acrouter_mcp.verification.sandbox.uncontained import Uncontained

PROBES: Mapping[str, Callable[[], Found | MissingTier]] = {
    "bwrap": probes.bwrap,
    "landlock": probes.landlock,
    "sandbox-exec": probes.sandbox_exec,
}
"""The tiers that contain, the best one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationReport:
    """What contains judged code on this machine."""

    tier: str
    """A name of `PROBES`, `uncontained` (limits only, by explicit wish), or `none`: nothing is executed."""
    detail: str
    missing: tuple[MissingTier, ...] = ()
    """The better tiers for this platform; with `none` and `uncontained`, all of them."""


class Tiers:
    """The best tier of this machine, probed once, at first need (about 20 ms, 0.1 s where it isn't the first).

    `allow_uncontained` permits running with limits only where nothing contains. `tried` are the tiers to look for.
    """

    def __init__(self, *, allow_uncontained: bool = False, tried: Sequence[str] = tuple(PROBES)) -> None:
        self._allow_uncontained, self._tried = allow_uncontained, tried

    @property
    def best(self) -> Sandbox | None:
        """The sandbox to use; None where nothing may be executed."""
        return self._found[0]

    @property
    def report(self) -> IsolationReport:
        """What was found, in words."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[Sandbox | None, IsolationReport]:
        missing: list[MissingTier] = []
        for name in self._tried:
            found = PROBES[name]()
            if isinstance(found, Found):
                return found.sandbox, IsolationReport(tier=name, detail=found.detail, missing=tuple(missing))
            if found.why:
                missing.append(found)
        if self._allow_uncontained and sys.platform != "win32":
            detail = "limits only, as ACROUTER_ALLOW_UNCONTAINED asks: judged code can do whatever this user can"
            return Uncontained(), IsolationReport(tier="uncontained", detail=detail, missing=tuple(missing))
        detail = "nothing contains foreign code here, so nothing is executed; verdicts come from static signals"
        return None, IsolationReport(tier="none", detail=detail, missing=tuple(missing))
